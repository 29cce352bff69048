package manifest

import (
	"net/url"
	"regexp"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/address"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// A Backend says where the state is: in a SQLite file, or in a PostgreSQL database
// when it has a URL.
type Backend struct {
	// Path of the file, relative to DataDir; empty with a URL.
	Path string
	// URL of the database, as libpq reads it, and Schema in it.
	URL    job.Secret
	Schema string
	// Create lets a run start from nothing when there is no state.
	Create bool
}

// The types of backends.
const (
	sqlite   = "sqlite"
	postgres = "postgres"
)

// The place of the state in the data folder, and in a database with one audit.
const (
	defaultPath   = "audit.db"
	defaultSchema = "notifyaudit"
)

// decodeBackend reads the backend. With the simulator a URL without a value stands
// for a file, so that a newcomer needs no server either.
func decodeBackend(a *lang.Args, simulator bool) (Backend, *lang.Args) {
	found := a.Blocks("backend")
	if len(found) == 0 {
		return sqliteBackend(a.Inner("backend"))
	}
	switch kind := found[0].Name(); kind {
	case sqlite:
		return sqliteBackend(a.Inner("backend"))
	case postgres:
		return postgresBackend(a.Inner("backend"), simulator)
	default:
		a.Program().Diags.FailAt(found[0].At, diag.Problemf("Unknown backend", "There is no backend %s.%s",
			diag.Quote(kind), diag.DidYouMeanOr(kind, []string{sqlite, postgres}, "The backends are")))
		return Backend{}, a
	}
}

func sqliteBackend(a *lang.Args) (Backend, *lang.Args) {
	b := Backend{Path: a.Text("path", defaultPath), Create: a.Bool("create", true)}
	if p := checkPlace(b.Path); p != nil {
		a.FailAt("path", p)
	}
	return b, a
}

// isPlainName reports a name that needs no quotes in SQL.
func isPlainName(name string) bool {
	return regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`).MatchString(name)
}

func postgresBackend(a *lang.Args, simulator bool) (Backend, *lang.Args) {
	b := Backend{
		URL:    requiredSecret(a, "url", `Write url = var.database_url, a URL such as "postgres://user:password@host/database?sslmode=verify-full".`),
		Schema: a.Text("schema", defaultSchema), Create: a.Bool("create", true),
	}
	switch text := b.URL.Reveal(); {
	case simulator && text == placeholder:
		b.URL, b.Path = job.Secret{}, defaultPath
	case text != "":
		keepPassword(a, text)
	}
	if !isPlainName(b.Schema) || strings.HasPrefix(b.Schema, "pg_") {
		a.FailAt("schema", diag.Problemf("Unsuitable schema",
			"%s can't name a schema: write up to 63 small letters, digits and _, not a digit first and not pg_.", diag.Quote(b.Schema)))
	}
	return b, a
}

// isWhole reports whether the ports of a database's URL are ports, and nothing of its
// user and password went into the host's place, as a "/" in a password makes it.
func isWhole(u *url.URL) bool {
	for host := range strings.SplitSeq(u.Host, ",") {
		if one := (&url.URL{Host: host}); !address.IsPort(one.Port()) {
			return false
		}
	}
	words, _, _ := strings.Cut(u.RawQuery, "=")
	return u.User != nil || !strings.Contains(u.EscapedPath()+words+u.EscapedFragment(), "@")
}

// keepPassword keeps the password of a URL out of all diagnostics, and refuses
// what is no URL and no words of libpq.
func keepPassword(a *lang.Args, text string) {
	if strings.Contains(text, "://") {
		parsed, err := url.Parse(text)
		if err == nil && (parsed.Scheme == postgres || parsed.Scheme == "postgresql") && isWhole(parsed) {
			if password, set := parsed.User.Password(); set && password != "" {
				a.KeepSecret(password)
			}
			return
		}
	} else if strings.Contains(text, "=") {
		return
	}
	a.FailAt("url", diag.Problemf("Not the URL of a database",
		`url is no "postgres://user:password@host/database" and no "host=… dbname=… user=…". In a URL, write other characters than letters, digits and - . _ ~ of a password as %%XX. A port is a number from 1 to 65535.`))
}

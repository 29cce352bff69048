package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

const database = `audit {
  backend "postgres" {
    url    = var.database_url
    schema = "payroll"
    create = false
  }
}

variable "database_url" {
  type      = string
  sensitive = true
}

`

// The URL of a database is a secret: neither it nor its password is shown.
func TestDatabase(t *testing.T) {
	const password = "pass%2Fword-of-it"
	url := "postgres://app:" + password + "@db.example/audit?sslmode=verify-full"
	opts := options(folder(t, map[string]string{"a.audit.hcl": database + provider + message("")}))
	opts.Environ = map[string]string{"NOTIFYAUDIT_VAR_database_url": url}
	m, _ := load(t, opts)
	if b := m.Backend; b.URL.Reveal() != url || b.Schema != "payroll" || b.Create || b.Path != "" {
		t.Errorf("got %+v", b)
	}
	if shown := fmt.Sprintf("%v %+v %#v", m.Backend, m.Backend, m.Backend); strings.Contains(shown, "word-of-it") {
		t.Errorf("shown: %s", shown)
	}

	broken := strings.Replace(database, `"payroll"`, `"pass/word-of-it"`, 1)
	opts = options(folder(t, map[string]string{"a.audit.hcl": broken + provider + message("")}))
	opts.Environ = map[string]string{"NOTIFYAUDIT_VAR_database_url": url}
	_, diags := manifest.Load(t.Context(), opts)
	if text := fmt.Sprint(diags); len(errorsOf(diags)) != 1 || strings.Contains(text, "word-of-it") {
		t.Errorf("got %s", text)
	}
}

// Whatever a driver can connect to is the URL of a database.
func TestDatabasesOfAllKinds(t *testing.T) {
	for _, url := range []string{
		"postgres:///audit?host=/run/postgresql", "postgres://a,b:5432/audit", "postgresql://db_1.internal./audit",
		"postgres:///audit?user=app@corp", "postgres://db/audit%40corp", "service=audit",
	} {
		opts := options(folder(t, map[string]string{"a.audit.hcl": database + provider + message("")}))
		opts.Environ = map[string]string{"NOTIFYAUDIT_VAR_database_url": url}
		if m, _ := load(t, opts); m.Backend.URL.Reveal() != url {
			t.Errorf("%s is %+v", url, m.Backend)
		}
	}
}

// With the simulator a newcomer needs no server: the state is a file then.
func TestDatabaseOfTheSimulator(t *testing.T) {
	opts := options(folder(t, map[string]string{"a.audit.hcl": database + provider + message("")}))
	opts.Simulator = true
	m, _ := load(t, opts)
	if want := (manifest.Backend{Path: "audit.db", Schema: "payroll"}); m.Backend != want {
		t.Errorf("got %+v", m.Backend)
	}
}

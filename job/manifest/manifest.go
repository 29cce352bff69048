// Package manifest reads the files that say what to audit, in HCL 2, and makes
// job values of them: providers, rosters, messages as a stream, reports.
//
// Load shows every mistake at once, each with its place and what to write
// instead. What it returns is complete: defaults are filled in, references
// resolved, every row of every table looked at. Messages reads the tables again
// each time and never holds them.
//
// The files are taken for hostile. Their size and nesting are checked before the
// parser sees them, the values that expressions make are bounded, and files are read
// only in the manifest's folder and the folders that were allowed, as regular
// files, symlinks followed first.
//
// Sensitive values stay marked from the variable to the job.Secret. They are in
// no diagnostic: a function that fails on one says only that it failed, and what
// a secret was set to is masked in the snippet.
package manifest

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// The ends of manifest file names.
const (
	extension     = ".audit.hcl"
	jsonExtension = ".audit.hcl.json"
	varsExtension = ".auto.auditvars"
)

// ErrChanged is wrapped by the error that Messages yields when a table isn't
// what it was when the manifest was loaded.
var ErrChanged = errors.New("has changed since the manifest was loaded: run the command again")

// Options say which manifest to load and with what values.
type Options struct {
	// Path is a manifest file, or a folder whose *.audit.hcl files are merged;
	// "" is the working folder.
	Path string
	// DataDir is where state and reports lie; "" is the manifest's folder.
	DataDir string
	// AllowDirs are further folders that the manifest may read.
	AllowDirs []string
	// Vars are values of variables as name=value, VarFiles files with values.
	// The later ones win, Vars over VarFiles, VarFiles over *.auto.auditvars in
	// the manifest's folder, those over NOTIFYAUDIT_VAR_name in Environ; and
	// NOTIFYAUDIT_VAR_name_FILE, which names a file with the value, over all.
	Vars, VarFiles []string
	Environ        map[string]string
	// Simulator gives a variable of type string that has no value and no default
	// the value "simulator", so that a newcomer needs no credentials.
	Simulator bool
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// A Manifest is a manifest without mistakes.
type Manifest struct {
	// Title is the audit's, Language that of its reports: "en" or "zh-CN".
	Title, Language string
	// Location is the time zone of every printed time.
	Location *time.Location
	Refresh  job.Refresh
	// Retention is how long the people of readings are kept, at least a day; 0
	// keeps them for ever. Messages whose latest reading is older are purged.
	Retention time.Duration
	Backend   Backend
	// Providers are in the manifest's order; their names differ.
	Providers []job.Provider
	// Directory has the rosters: every audience block is one.
	Directory *job.Directory
	// Findings are what the reports should tell of the rosters.
	Findings []Finding
	// Sources are the manifest's files and every file it reads, by path. Files
	// with values of variables are not among them.
	Sources []SourceFile
	// Hash is equal for equal manifests: it covers the sources and the values of
	// variables that aren't sensitive. Lower-case hex.
	Hash string
	// Dir is the manifest's folder and DataDir that of state and reports, both
	// absolute.
	Dir, DataDir string
	// Count is the number of messages.
	Count int

	messages []messageSource
	reports  []reportBlock
	checks   []check
	outputs  []output
	loader   *loader
}

// The diagnostics of a manifest.
type (
	// A Severity says whether a manifest can be used in spite of a diagnostic.
	Severity = diag.Severity
	// A Diagnostic is one mistake in what the user wrote, or something to look at.
	Diagnostic = diag.Diagnostic
	// Diagnostics are sorted by file, line and column.
	Diagnostics = diag.Diagnostics
)

// The severities.
const (
	SeverityError   = diag.SeverityError
	SeverityWarning = diag.SeverityWarning
)

// A Backend says where the state is.
type Backend struct {
	Type string // "sqlite"
	Path string // relative to DataDir
	// Create lets a run start from nothing when there is no state.
	Create bool
}

// A FindingKind says what was found.
type FindingKind string

// What was found.
const (
	// DuplicatePerson is a user id that stands in a roster more than once: the
	// first row is kept.
	DuplicatePerson FindingKind = "duplicate_person"
	// EmptyRoster is a table of people without a row.
	EmptyRoster FindingKind = "empty_roster"
	// UnknownPerson is a user id in a row of messages that the roster of the rows
	// doesn't know.
	UnknownPerson FindingKind = "unknown_person"
	// CrowdedChat is a message of a kind that reaches fewer people than its
	// audience has.
	CrowdedChat FindingKind = "crowded_chat"
)

// A Finding is something that a reader of the reports should know of the rosters
// and audiences.
type Finding struct {
	Kind FindingKind
	// Roster is the name of the audience block, Source the file. Both are empty
	// for messages.
	Roster, Source string
	// Examples are up to five user ids, or addresses of messages; Count is how
	// many there are.
	Examples []string
	Count    int
}

// Provider finds a provider by its name.
func (m *Manifest) Provider(name string) (*job.Provider, bool) {
	i := slices.IndexFunc(m.Providers, func(p job.Provider) bool { return p.Name == name })
	if i < 0 {
		return nil, false
	}
	return &m.Providers[i], true
}

// Variables are the names of the declared variables, sorted.
func (m *Manifest) Variables() []string { return slices.Sorted(maps.Keys(m.loader.scope.variables)) }

// Load reads a manifest. The diagnostics may be warnings only; with an error
// among them there is no manifest. Cancelling ctx ends in an error.
func Load(ctx context.Context, opts Options) (*Manifest, Diagnostics) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	l := &loader{
		opts:    opts,
		diags:   diag.NewCollector(),
		sources: make(map[string]string),
		limits:  &limits{},
	}
	m := l.load(ctx)
	diags := l.diags.Finish()
	if m == nil || diags.HasErrors() {
		return nil, diags
	}
	return m, diags
}

// A loader gathers a manifest and its diagnostics.
type loader struct {
	opts    Options
	library *library
	diags   *diag.Collector
	sources map[string]string // path → SHA-256
	limits  *limits
	scope   scope
	world   world
	// fileless says that what is loaded stands in no manifest that could be
	// changed.
	fileless bool
}

// load decodes in the order in which things refer to each other. Each step goes
// on after mistakes in the ones before, so that all are found.
func (l *loader) load(ctx context.Context) *Manifest {
	files := l.open()
	if files == nil {
		return nil
	}
	blocks := l.blocks(files)
	l.scope.functions = l.functions()
	l.variables(blocks.of("variable"))
	l.locals(blocks.of("locals"))

	m := &Manifest{Dir: l.library.dir, DataDir: l.dataDir(), loader: l}
	l.audit(blocks.of("audit"), m)
	l.providers(blocks.of("provider"), m)
	l.audiences(blocks.of("audience"), m)
	l.conclusions(blocks, m)
	l.allMessages(ctx, blocks.of("message", "messages"), m)
	l.reports(blocks.of("report"), m)
	l.rehearse(m)
	m.Sources = l.sourceFiles()
	m.Hash = l.hash(m.Sources)
	return m
}

func (l *loader) dataDir() string {
	if l.opts.DataDir == "" {
		return l.library.dir
	}
	dir, err := filepath.Abs(l.opts.DataDir)
	if err != nil {
		l.diags.Fail("Data folder not found", err.Error())
	}
	return dir
}

func (l *loader) sourceFiles() []SourceFile {
	var all []SourceFile
	for _, path := range slices.Sorted(maps.Keys(l.sources)) {
		all = append(all, SourceFile{Path: path, SHA256: l.sources[path]})
	}
	return all
}

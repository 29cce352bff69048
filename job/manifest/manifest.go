// Package manifest loads the files that say what to audit and makes job values of
// them: providers, rosters, messages as a stream, reports.
//
// Load reports every mistake at once, each with its place and what to write
// instead. A manifest without mistakes is complete: defaults are filled in,
// references resolved, every row of every table looked at. Messages reads the
// tables again each time and never holds them.
//
// This package decodes the blocks audit, provider and report and puts everything
// together. Below it are messages and checks, each for the blocks of its name;
// delivery, for where results are sent;
// rows, for tables and rosters; lang, the language; and diag, the diagnostics.
package manifest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest/checks"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/manifest/source"
)

// ErrChanged is wrapped by the error that Messages yields when a table isn't
// what it was when the manifest was loaded.
var ErrChanged = source.ErrChanged

// The types of the packages below that a manifest's users meet.
type (
	// Severity says whether a manifest can be used in spite of a diagnostic.
	Severity = diag.Severity
	// Diagnostic is one mistake in what the user wrote, or something to look at.
	Diagnostic = diag.Diagnostic
	// Diagnostics are sorted by file, line and column.
	Diagnostics = diag.Diagnostics
	// Finding is something that readers of the reports should know of the rosters
	// and audiences.
	Finding = rows.Finding
	// FindingKind says what was found.
	FindingKind = rows.FindingKind
	// Source is a file that the manifest was made of.
	Source = source.Digest
	// RunValues are what checks, outputs and the paths of reports can refer to.
	RunValues = checks.RunValues
	// Values are the metrics that checks and outputs refer to.
	Values = checks.Values
	// Evaluation is the results of all checks and outputs.
	Evaluation = checks.Evaluation
	// CheckResult is the outcome of a check.
	CheckResult = checks.Result
	// Delivery is a deliver block.
	Delivery = delivery.Target
	// CheckStatus is pass, fail or unknown.
	CheckStatus = checks.Status
	// OutputValue is the value of an output.
	OutputValue = checks.OutputValue
)

// The severities, findings and outcomes of checks.
const (
	SeverityError   = diag.SeverityError
	SeverityWarning = diag.SeverityWarning

	DuplicatePerson = rows.DuplicatePerson
	UnknownPerson   = rows.UnknownPerson
	CrowdedChat     = rows.CrowdedChat

	CheckPass    = checks.Pass
	CheckFail    = checks.Fail
	CheckUnknown = checks.Unknown
)

// Options say which manifest to load and with what values.
type Options struct {
	// Path is a manifest file, or a folder whose *.audit.hcl files are merged;
	// empty is the working folder.
	Path string
	// DataDir is where state and reports lie; empty is the manifest's folder.
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
	// Scenario is the file with what the simulator answers; empty is
	// simulator.json in the manifest's folder. It is not read here.
	Scenario string
	// CheckTarget says what at a path is not to be replaced by a file of a kind: a
	// format of reports, or a kind that a command gives to [Manifest.CheckFile]. Nil
	// lets everything be replaced that is no input.
	CheckTarget func(kind, path string) error
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A Manifest is a manifest without mistakes.
type Manifest struct {
	// Title is the audit's, Language that of its reports: "en" or "zh-CN".
	Title, Language string
	// Location is the time zone of every printed time.
	Location *time.Location
	Refresh  job.Refresh
	// Compare is over how many days the change is measured: from the readings before the
	// latest run's day, for 1, or from so many days earlier less one.
	Compare int
	// Retention is how long the people of readings are kept, at least a day; 0
	// keeps them without end. Messages whose latest reading is older are purged.
	Retention time.Duration
	// FindingsOK says that messages which can't be read and checks that fail are what
	// the audit is for, and no failure of the run.
	FindingsOK bool
	Backend    Backend
	// Providers are in the manifest's order; their names differ.
	Providers []job.Provider
	// Directory has the rosters: every audience block is one.
	Directory *job.Directory
	// CampaignTitles are what people know campaigns by, by name.
	CampaignTitles map[string]string
	// Findings are what the reports should tell of the rosters.
	Findings []Finding
	// Sources are the manifest's files and every file it reads, by path. Files
	// with values of variables are not among them.
	Sources []Source
	// Hash is equal for equal manifests: it covers the sources and the values of
	// variables that aren't sensitive. Lower-case hex.
	Hash string
	// Dir is the manifest's folder and DataDir that of state and reports, both
	// absolute.
	Dir, DataDir string
	// Textfile is where the metrics of a run are written, relative to DataDir with
	// slashes; empty for nowhere.
	Textfile string
	// Count is the number of messages.
	Count int

	program  *lang.Program
	messages *messages.Set
	checks   *checks.Set
	targets  *delivery.Set
	reports  []reportBlock
	backend  *lang.Args
	check    func(kind, path string) error // Options.CheckTarget
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
func (m *Manifest) Variables() []string { return m.program.Variables() }

// Messages reads all messages in the manifest's order, the rows of tables from
// the files as they are. It can be ranged over several times, also side by side.
// An error ends the sequence; it wraps [ErrChanged] when a table isn't what it was
// when the manifest was loaded.
func (m *Manifest) Messages() iter.Seq2[job.Message, error] { return m.messages.All() }

// HasChecks reports whether the manifest has checks or outputs.
func (m *Manifest) HasChecks() bool { return !m.checks.IsEmpty() }

// NewValues are the values of a run without any message yet. The ages of messages,
// for `after`, are judged at now: when the run was, so that the same state gives
// the same outcome later.
func (m *Manifest) NewValues(run RunValues, now time.Time) *Values {
	return m.checks.NewValues(run, now)
}

// Evaluate judges the checks and computes the outputs. An expression that fails on
// these metrics, as a division by zero does, fails its check; an output is null
// then, and there is a warning. It is not for several goroutines at a time.
func (m *Manifest) Evaluate(v *Values) (Evaluation, Diagnostics) {
	program := m.program.Fork()
	e := m.checks.Evaluate(program, v, m.Location)
	return e, program.Diags.Finish()
}

// About leaves the checks and outputs that refer to an address: for a message, also
// those that refer to its whole block; for a block, also those that refer to one of
// its messages. What refers to everything is about no address.
func (m *Manifest) About(e Evaluation, address string) Evaluation { return m.checks.About(e, address) }

// Load reads a manifest. The diagnostics may be warnings only; with an error
// among them there is no manifest. Cancelling ctx ends in an error.
func Load(ctx context.Context, opts Options) (*Manifest, Diagnostics) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	diags := diag.NewCollector()
	m := load(ctx, opts, diags)
	found := diags.Finish()
	if m != nil && found.HasErrors() {
		m.Close()
		m = nil
	}
	return m, found
}

// Close closes the tables of messages, which Messages can't read any more then.
func (m *Manifest) Close() { m.program.Files.Close() }

// load decodes in the order in which blocks refer to each other. Each step goes on
// after mistakes in the ones before, so that all are found.
func load(ctx context.Context, opts Options, diags *diag.Collector) *Manifest {
	files, names := find(opts, diags)
	if names == nil {
		return nil
	}
	program := lang.New(schema(), files, diags)
	blocks := program.Parse(names)
	if len(blocks) == 0 && diags.HasErrors() {
		return nil
	}
	in := lang.Inputs{Vars: opts.Vars, VarFiles: opts.VarFiles, Environ: opts.Environ, AutoExtension: varsExtension}
	if opts.Simulator {
		in.Placeholder = placeholder
	}
	program.Declare(blocks.Of("variable"), blocks.Of("locals"), in)

	m := &Manifest{Dir: files.Dir, DataDir: dataDir(opts, files.Dir, diags), program: program, check: opts.CheckTarget}
	m.decodeAudit(blocks.Of("audit"), opts.Simulator)
	symbols := &messages.Symbols{Zone: m.Location, ZoneSet: setsZone(blocks)}
	m.decodeProviders(blocks.Of("provider"), symbols, opts.Simulator)
	m.decodeAudiences(blocks.Of("audience"), symbols)
	m.checks = checks.Decode(program, blocks)
	m.decodeMessages(ctx, blocks.Of("message", "messages"), symbols, opts.Now())
	m.checks.Rehearse(program)
	m.keep(opts)
	m.decodeCampaigns(blocks.Of("campaign"))
	decodeMetrics(m, blocks.Of("metrics"))
	m.decodeReports(blocks.Of("report")) // last: they must not be written over what is read
	decodeDeliveries(m, blocks.Of("deliver"), in.Placeholder)
	m.seal()
	return m
}

// ParseDuration reads a duration as manifests have them: Go's syntax, and days, as
// in "180d"; false for anything else.
func ParseDuration(text string) (time.Duration, bool) {
	d, p := lang.ParseDuration(text)
	return d, p == nil
}

// setsZone reports whether the audit block sets the time zone.
func setsZone(bs lang.Blocks) bool {
	return slices.ContainsFunc(bs.Of("audit"), func(b lang.Block) bool { return b.Sets("timezone") })
}

func dataDir(opts Options, dir string, diags *diag.Collector) string {
	if opts.DataDir == "" {
		return dir
	}
	if p := checkHome(opts.DataDir); p != nil {
		diags.Fail(p.Summary, p.Detail)
	}
	abs, err := filepath.Abs(opts.DataDir)
	if err != nil {
		diags.Fail("Data folder not found", err.Error())
	}
	return abs
}

// decodeAudiences reads the rosters.
func (m *Manifest) decodeAudiences(bs lang.Blocks, symbols *messages.Symbols) {
	symbols.Rosters, symbols.Broken = make(map[string]*job.Roster), make(map[string]bool)
	var rosters []*job.Roster
	for _, b := range bs {
		if symbols.Rosters[b.Name()] != nil {
			continue // reported as two blocks with one name
		}
		mistakes := m.program.Diags.Errors()
		r, finding := rows.Roster(m.program.Args(b), m.Location)
		symbols.Broken[b.Name()] = m.program.Diags.Errors() > mistakes
		symbols.Rosters[b.Name()] = r
		rosters = append(rosters, r)
		if finding.Count > 0 {
			m.Findings = append(m.Findings, finding)
		}
	}
	m.Directory = job.NewDirectory(rosters...)
}

// decodeMessages reads the messages, every row of their tables once.
func (m *Manifest) decodeMessages(ctx context.Context, bs lang.Blocks, symbols *messages.Symbols, now time.Time) {
	m.use(messages.Load(ctx, m.program, bs, symbols, m.checks, now))
}

func (m *Manifest) use(set *messages.Set) {
	m.messages, m.Count = set, set.Count
	m.Findings = append(m.Findings, set.Findings...)
}

// seal records what the manifest was made of.
func (m *Manifest) seal() {
	m.Sources = m.program.Files.Digests()
	h := sha256.New()
	m.program.WriteDigest(h)
	m.Hash = hex.EncodeToString(h.Sum(nil))
}

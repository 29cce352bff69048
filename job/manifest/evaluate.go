package manifest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// Values are the figures of a run that checks and outputs refer to, and no
// others: a million messages are not held. They are for one goroutine.
type Values struct {
	run  RunValues
	now  time.Time
	sums map[string]*sumOf
	// all are the blocks of which every message is kept.
	all map[string][]string
}

// NewValues are the values of a run without any message yet. The ages of
// messages, for `after`, are judged at now: when the run was, so that the same
// state gives the same outcome later.
func (m *Manifest) NewValues(run RunValues, now time.Time) *Values {
	f := &m.loader.world.figures
	v := &Values{run: run, now: now, sums: make(map[string]*sumOf), all: f.instances}
	for address := range f.wanted {
		v.sums[address] = &sumOf{}
	}
	for _, addresses := range f.instances {
		for _, address := range addresses {
			v.sums[address] = &sumOf{}
		}
	}
	return v
}

// Add counts a message, if anything refers to it or to its block. Every message
// of the manifest is added once, in any order.
func (v *Values) Add(r *job.Result) {
	block := job.Block(r.Message.Address)
	v.add(whole, r)
	v.add(block, r)
	if block != r.Message.Address {
		v.add(r.Message.Address, r)
	}
}

func (v *Values) add(address string, r *job.Result) {
	if s := v.sums[address]; s != nil {
		s.add(r)
	}
}

// A CheckStatus is the outcome of a check.
type CheckStatus string

// The outcomes. One whose condition rests on a figure that isn't known, or that
// is not to be judged yet, is unknown, which is no failure.
const (
	CheckPass    CheckStatus = "pass"
	CheckFail    CheckStatus = "fail"
	CheckUnknown CheckStatus = "unknown"
)

// A CheckResult is the outcome of a check block.
type CheckResult struct {
	Name string
	// Severity says whether a failure changes the exit status.
	Severity Severity
	Status   CheckStatus
	// Message is the error messages of the assertions that failed, or why there
	// is no outcome; "" when it passed.
	Message string
}

// An OutputValue is the value of an output block.
type OutputValue struct {
	Name, Description string
	// Value is nil, a bool, a string, an int64, a float64, a []any or a
	// map[string]any. It is nil where it rests on a figure that isn't known, and
	// a placeholder where it is sensitive.
	Value any
}

// An Evaluation is what checks and outputs came to, in the manifest's order.
type Evaluation struct {
	Checks  []CheckResult
	Outputs []OutputValue
}

// Concludes reports whether the manifest has checks or outputs.
func (m *Manifest) Concludes() bool { return len(m.checks)+len(m.outputs) > 0 }

// Evaluate judges the checks and computes the outputs. An expression that fails
// on these figures, as a division by zero does, fails its check; an output is
// null then, and a warning tells. Not for several goroutines at a time.
func (m *Manifest) Evaluate(v *Values) (Evaluation, Diagnostics) {
	l := &loader{
		diags: m.loader.diags.Fork(), scope: m.loader.scope,
		limits: &limits{}, world: m.loader.world,
	}
	j := judgement{
		l: l, v: v, zone: m.Location,
		null: l.figureScope(v, v.run.value(m.Location), cty.NullVal), open: l.figureScope(v, v.run.value(m.Location), cty.UnknownVal),
	}
	var e Evaluation
	for _, c := range m.checks {
		e.Checks = append(e.Checks, j.check(c))
	}
	for _, o := range m.outputs {
		e.Outputs = append(e.Outputs, j.output(o))
	}
	return e, l.diags.Finish()
}

// About leaves the checks and outputs that refer to an address: of a message, also
// those that refer to its whole block; of a block, also those that refer to one of
// its messages. What refers to everything is about no address.
func (m *Manifest) About(e Evaluation, address string) Evaluation {
	speaksOf := func(refs []figureRef) bool {
		return slices.ContainsFunc(refs, func(r figureRef) bool {
			return r.address() == address || r.block == address || r.key == "" && r.block == job.Block(address)
		})
	}
	var left Evaluation
	for i, c := range m.checks {
		if i < len(e.Checks) && speaksOf(c.refs) {
			left.Checks = append(left.Checks, e.Checks[i])
		}
	}
	for i, o := range m.outputs {
		if i < len(e.Outputs) && speaksOf(o.refs) {
			left.Outputs = append(left.Outputs, e.Outputs[i])
		}
	}
	return left
}

// value makes an object of the run's values.
func (run RunValues) value(zone *time.Location) cty.Value {
	if run.Date == "" {
		run.Date = run.StartedAt.In(zone).Format(time.DateOnly)
	}
	return cty.ObjectVal(map[string]cty.Value{
		"id":         cty.StringVal(run.ID),
		"date":       cty.StringVal(run.Date),
		"started_at": cty.StringVal(run.StartedAt.In(zone).Format(time.RFC3339)),
	})
}

func specimen() cty.Value {
	text := cty.UnknownVal(cty.String)
	return cty.ObjectVal(map[string]cty.Value{"id": text, "date": text, "started_at": text})
}

// figureScope is the scope of checks and outputs: variables, locals, and the
// figures that are referred to. Nil values are those of no message.
func (l *loader) figureScope(v *Values, run cty.Value, unknown func(cty.Type) cty.Value) *hcl.EvalContext {
	sum := func(address string) *sumOf {
		if v == nil || v.sums[address] == nil {
			return &sumOf{}
		}
		return v.sums[address]
	}
	object := func(address string) cty.Value { return cty.ObjectVal(sum(address).value(unknown)) }
	blocks := map[string]map[string]cty.Value{} // address → attributes of the block's object
	f := &l.world.figures
	for address := range f.forEach {
		blocks[address] = map[string]cty.Value{}
		if strings.HasPrefix(address, "messages.") || !f.forEach[address] {
			blocks[address] = sum(address).value(unknown)
		}
	}
	for address := range f.wanted {
		if block := job.Block(address); block != address && blocks[block] != nil {
			blocks[block][keyOf(address)] = object(address)
		}
	}
	for block, addresses := range f.instances {
		for _, address := range addresses {
			blocks[block][keyOf(address)] = object(address)
		}
	}
	roots := map[string]map[string]cty.Value{"message": {}, "messages": {}}
	for address, attributes := range blocks {
		root, name, _ := strings.Cut(address, ".")
		roots[root][name] = cty.ObjectVal(attributes)
	}
	ctx := l.scope.context()
	ctx.Variables["run"] = run
	ctx.Variables[whole] = object(whole)
	for root, names := range roots {
		ctx.Variables[root] = cty.ObjectVal(names)
	}
	return ctx
}

// keyOf is the key in a message's address.
func keyOf(address string) string {
	_, key, _ := strings.Cut(address, "[")
	return unquoted(strings.TrimSuffix(key, "]"))
}

// A judgement evaluates checks and outputs twice where it must: with null for
// the figures that aren't known, and with values that are open.
type judgement struct {
	l          *loader
	v          *Values
	zone       *time.Location
	null, open *hcl.EvalContext
}

func (j *judgement) check(c check) CheckResult {
	r := CheckResult{Name: c.name, Severity: c.severity, Status: CheckPass}
	if early := j.early(c); early != "" {
		r.Status, r.Message = CheckUnknown, early
		return r
	}
	var failed, open []string
	for _, as := range c.asserts {
		switch status, message := j.assertion(as); status {
		case CheckFail:
			failed = append(failed, message)
		case CheckUnknown:
			open = append(open, message)
		case CheckPass:
		}
	}
	switch {
	case len(failed) > 0:
		r.Status, r.Message = CheckFail, strings.Join(failed, "; ")
	case len(open) > 0:
		r.Status, r.Message = CheckUnknown, strings.Join(open, "; ")
	}
	return r
}

// early says why a check is not judged yet; "" when it is time.
func (j *judgement) early(c check) string {
	if c.after == 0 {
		return ""
	}
	var youngest time.Time
	where := ""
	for _, r := range c.refs {
		for _, address := range j.addresses(r) {
			if s := j.v.sums[address]; s != nil && s.youngest.After(youngest) {
				youngest, where = s.youngest, address
			}
		}
	}
	if len(c.refs) == 0 {
		return ""
	}
	if youngest.IsZero() {
		return "not judged: it is to wait after the messages were sent, and none that it refers to has sent_at"
	}
	if due := youngest.Add(c.after); j.v.now.Before(due) {
		return fmt.Sprintf("not judged before %s: the youngest message of %s was sent %s", clock(due, j.zone), where, clock(youngest, j.zone))
	}
	return ""
}

func clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04") }

// addresses are the sums that a reference speaks of.
func (j *judgement) addresses(r figureRef) []string {
	if all, is := j.v.all[r.block]; is && r.key == "" {
		return all
	}
	return []string{r.address()}
}

func (j *judgement) assertion(as assertion) (CheckStatus, string) {
	v, diags := j.evaluate(as.condition, as.plain)
	if diags.HasErrors() {
		return CheckFail, "the condition fails on these figures: " + j.words(diags)
	}
	v, _ = v.Unmark()
	v, err := convert.Convert(v, cty.Bool)
	switch {
	case err != nil:
		return CheckFail, "the condition is neither true nor false"
	case !v.IsKnown() || v.IsNull():
		return CheckUnknown, j.missing(as.refs)
	case v.True():
		return CheckPass, ""
	}
	return CheckFail, j.message(as.message)
}

// evaluate leaves open what rests on a figure that isn't known, unless the
// expression says itself what becomes of it.
func (j *judgement) evaluate(e hcl.Expression, plain bool) (cty.Value, hcl.Diagnostics) {
	v, diags := j.value(e, j.open)
	if diags.HasErrors() || v.IsWhollyKnown() || !plain {
		return v, diags
	}
	if v, diags := j.value(e, j.null); !diags.HasErrors() {
		return v, nil
	}
	return v, nil
}

func (j *judgement) value(e hcl.Expression, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Value(ctx)
	if p := j.l.limits.check(v); p != nil {
		return cty.DynamicVal, hcl.Diagnostics{hclError(p.Summary, p.Detail, e.Range())}
	}
	return v, diags
}

// message is an assertion's error message.
func (j *judgement) message(e hcl.Expression) string {
	v, diags := j.value(e, j.null)
	if isSensitive(v) {
		return "the error_message holds a sensitive value, so it isn't shown"
	}
	v, err := convert.Convert(v, cty.String)
	if diags.HasErrors() || err != nil || !known(v) {
		return "the condition is false, and the error_message rests on a figure that is not known"
	}
	return v.AsString()
}

// missing names the figures that aren't known.
func (j *judgement) missing(refs []figureRef) string {
	var names []string
	for _, r := range refs {
		if r.figure == "" {
			continue
		}
		s := j.v.sums[r.address()]
		if s == nil {
			s = &sumOf{}
		}
		if s.value(cty.NullVal)[r.figure].IsNull() {
			names = append(names, r.address()+"."+r.figure)
		}
	}
	slices.Sort(names)
	switch names = slices.Compact(names); len(names) {
	case 0:
		return "a figure that the condition rests on is not known"
	case 1:
		return names[0] + " is not known"
	}
	return diag.Listed(names) + " are not known"
}

// words are a diagnostic's, for the middle of a sentence.
func (j *judgement) words(diags hcl.Diagnostics) string {
	return strings.TrimSuffix(j.l.diags.Redact(diags[0].Detail), ".")
}

func (j *judgement) output(o output) OutputValue {
	result := OutputValue{Name: o.name, Description: o.description}
	v, diags := j.value(o.value, j.null)
	if diags.HasErrors() {
		v, diags = j.value(o.value, j.open)
	}
	switch {
	case diags.HasErrors():
		j.l.diags.WarnAt(o.value.Range(), diag.Problemf("Output without a value", "The output %s is null: %s.", diag.Quote(o.name), j.words(diags)))
	case o.sensitive || isSensitive(v):
		result.Value = diag.Redacted
	default:
		result.Value = plainValue(v)
	}
	return result
}

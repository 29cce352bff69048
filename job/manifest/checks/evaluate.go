package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// Values are the metrics that checks and outputs refer to, and no others: a
// million messages are not held. They are for one goroutine.
type Values struct {
	run  RunValues
	now  time.Time
	sums map[string]*sum
	// instances are the blocks of which every message has a sum of its own.
	instances map[string][]string
}

// NewValues are the values of a run without any message yet. The ages of messages,
// for `after`, are judged at now: when the run was, so that the same state gives
// the same outcome later.
func (s *Set) NewValues(run RunValues, now time.Time) *Values {
	v := &Values{run: run, now: now, sums: make(map[string]*sum), instances: s.refs.instances}
	for address := range s.refs.wanted {
		v.sums[address] = &sum{}
	}
	for _, addresses := range s.refs.instances {
		for _, address := range addresses {
			v.sums[address] = &sum{}
		}
	}
	return v
}

// Add counts a message, if anything refers to it or to its block. Every message of
// the manifest is added once, in any order.
func (v *Values) Add(r *job.Result) {
	block := job.Block(r.Message.Address)
	v.add(everything, r)
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

// sum is that of an address; nil values are those of no message.
func (v *Values) sum(address string) *sum {
	if v == nil || v.sums[address] == nil {
		return &sum{}
	}
	return v.sums[address]
}

// A Status is the outcome of a check.
type Status string

// The outcomes. A check whose condition depends on a metric that isn't known, or
// that is not to be judged yet, is unknown, which is no failure.
const (
	Pass    Status = "pass"
	Fail    Status = "fail"
	Unknown Status = "unknown"
)

// A Result is the outcome of a check block.
type Result struct {
	Name string
	// Severity says whether a failure changes the exit status.
	Severity diag.Severity
	Status   Status
	// Message is the error messages of the assertions that failed, or why there
	// is no outcome; empty when the check passed.
	Message string
}

// An OutputValue is the value of an output block.
type OutputValue struct {
	Name, Description string
	// Value is as [lang.PlainValue] makes it: nil where it depends on a metric that
	// isn't known, and a placeholder where it is sensitive.
	Value any
}

// An Evaluation is the results of all checks and outputs, in the manifest's order.
type Evaluation struct {
	Checks  []Result
	Outputs []OutputValue
}

// Evaluate judges the checks and computes the outputs. An expression that fails on
// these metrics, as a division by zero does, fails its check; an output is null
// then, with a warning. Times are shown in the zone.
func (s *Set) Evaluate(p *lang.Program, v *Values, zone *time.Location) Evaluation {
	run := v.run.Root(zone)
	j := evaluator{
		diags: p.Diags, values: v, zone: zone,
		null: s.scope(p, v, run, cty.NullVal), open: s.scope(p, v, run, cty.UnknownVal),
	}
	var e Evaluation
	for _, c := range s.checks {
		e.Checks = append(e.Checks, j.check(c))
	}
	for _, o := range s.outputs {
		e.Outputs = append(e.Outputs, j.output(o))
	}
	return e
}

// About leaves the checks and outputs that refer to an address: for a message, also
// those that refer to its whole block; for a block, also those that refer to one of
// its messages. What refers to everything is about no address.
func (s *Set) About(e Evaluation, address string) Evaluation {
	isAbout := func(refs []reference) bool {
		return slices.ContainsFunc(refs, func(r reference) bool {
			return r.address() == address || r.block == address || r.key == "" && r.block == job.Block(address)
		})
	}
	var left Evaluation
	for i, c := range s.checks {
		if i < len(e.Checks) && isAbout(c.refs) {
			left.Checks = append(left.Checks, e.Checks[i])
		}
	}
	for i, o := range s.outputs {
		if i < len(e.Outputs) && isAbout(o.refs) {
			left.Outputs = append(left.Outputs, e.Outputs[i])
		}
	}
	return left
}

// scope is that of checks and outputs: variables, locals, run, and the metrics that
// are referred to. Unknown makes a value of a metric that isn't known.
func (s *Set) scope(p *lang.Program, v *Values, run lang.Root, unknown func(cty.Type) cty.Value) *lang.Scope {
	var now time.Time
	if v != nil {
		now = v.now
	}
	object := func(address string) cty.Value { return cty.ObjectVal(v.sum(address).values(now, unknown)) }
	blocks := map[string]map[string]cty.Value{} // address → attributes of the block's object
	for address, forEach := range s.refs.blocks {
		blocks[address] = map[string]cty.Value{}
		if !forEach {
			blocks[address] = v.sum(address).values(now, unknown)
		}
	}
	for address := range s.refs.wanted {
		if block := job.Block(address); block != address && blocks[block] != nil {
			blocks[block][keyOf(address)] = object(address)
		}
	}
	for block, addresses := range s.refs.instances {
		for _, address := range addresses {
			blocks[block][keyOf(address)] = object(address)
		}
	}
	roots := map[string]map[string]cty.Value{"message": {}, "messages": {}}
	for address, attributes := range blocks {
		root, name, _ := strings.Cut(address, ".")
		roots[root][name] = cty.ObjectVal(attributes)
	}
	return p.Scope().
		With("message", lang.Root{Value: cty.ObjectVal(roots["message"]), Check: s.refs.check}).
		With("messages", lang.Root{Value: cty.ObjectVal(roots["messages"]), Check: s.refs.check}).
		With(everything, lang.Root{Value: object(everything), Check: s.refs.check}).
		With("run", run)
}

// keyOf is the key in a message's address.
func keyOf(address string) string {
	_, key, _ := strings.Cut(address, "[")
	key = strings.TrimSuffix(key, "]")
	plain, err := strconv.Unquote(key)
	if err != nil {
		return key
	}
	return plain
}

// An evaluator evaluates checks and outputs, twice where it must: with null for the
// metrics that aren't known, and with unknown values, which show what depends on
// them.
type evaluator struct {
	diags      *diag.Collector
	values     *Values
	zone       *time.Location
	null, open *lang.Scope
}

func (ev *evaluator) check(c check) Result {
	r := Result{Name: c.name, Severity: c.severity, Status: Pass}
	if early := ev.early(c); early != "" {
		r.Status, r.Message = Unknown, early
		return r
	}
	var failed, open []string
	for _, as := range c.asserts {
		switch status, message := ev.assertion(as); status {
		case Fail:
			failed = append(failed, message)
		case Unknown:
			open = append(open, message)
		case Pass:
		}
	}
	switch {
	case len(failed) > 0:
		r.Status, r.Message = Fail, strings.Join(failed, "; ")
	case len(open) > 0:
		r.Status, r.Message = Unknown, strings.Join(open, "; ")
	}
	return r
}

// early says why a check is not judged yet; empty when it is.
func (ev *evaluator) early(c check) string {
	if c.after == 0 || len(c.refs) == 0 {
		return ""
	}
	var youngest time.Time
	where := ""
	for _, r := range c.refs {
		for _, address := range ev.addresses(r) {
			if s := ev.values.sum(address); s.youngest.After(youngest) {
				youngest, where = s.youngest, address
			}
		}
	}
	if youngest.IsZero() {
		return "not judged: it waits until some time after the messages were sent, and none that it refers to has sent_at"
	}
	if due := youngest.Add(c.after); ev.values.now.Before(due) {
		return fmt.Sprintf("not judged before %s: the youngest message of %s was sent %s", clock(due, ev.zone), where, clock(youngest, ev.zone))
	}
	return ""
}

func clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04") }

// addresses are those of the sums that a reference is to.
func (ev *evaluator) addresses(r reference) []string {
	if all, is := ev.values.instances[r.block]; is && r.key == "" {
		return all
	}
	return []string{r.address()}
}

func (ev *evaluator) assertion(as assertion) (Status, string) {
	v, p := ev.condition(as)
	if p != nil {
		return Fail, "the condition fails on these figures: " + ev.clause(p)
	}
	v, _ = v.Unmark()
	v, err := convert.Convert(v, cty.Bool)
	switch {
	case err != nil:
		return Fail, "the condition is neither true nor false"
	case !lang.IsKnown(v):
		return Unknown, ev.missing(as.refs)
	case v.True():
		return Pass, ""
	}
	return Fail, ev.message(as.message)
}

// condition is unknown when it depends on a metric that isn't known, unless the
// expression itself decides about that.
func (ev *evaluator) condition(as assertion) (cty.Value, *diag.Problem) {
	v, p := ev.open.Try(as.condition)
	if p != nil || v.IsWhollyKnown() || !as.handlesNull {
		return v, p
	}
	if decided, p := ev.null.Try(as.condition); p == nil {
		return decided, nil
	}
	return v, nil
}

// message is an assertion's error message.
func (ev *evaluator) message(e hcl.Expression) string {
	v, p := ev.null.Try(e)
	if lang.IsSensitive(v) {
		return "the error_message holds a sensitive value, so it isn't shown"
	}
	v, err := convert.Convert(v, cty.String)
	if p != nil || err != nil || !lang.IsKnown(v) {
		return "the condition is false, and the error_message depends on a figure that is not known"
	}
	return v.AsString()
}

// missing names the metrics that aren't known.
func (ev *evaluator) missing(refs []reference) string {
	var names []string
	for _, r := range refs {
		if r.metric != "" && ev.values.sum(r.address()).values(ev.values.now, cty.NullVal)[r.metric].IsNull() {
			names = append(names, r.address()+"."+r.metric)
		}
	}
	slices.Sort(names)
	switch names = slices.Compact(names); len(names) {
	case 0:
		return "a figure that the condition depends on is not known"
	case 1:
		return names[0] + " is not known"
	}
	return diag.Listed(names) + " are not known"
}

// clause is a problem's detail for the middle of a sentence.
func (ev *evaluator) clause(p *diag.Problem) string {
	return strings.TrimSuffix(ev.diags.Redact(p.Detail), ".")
}

func (ev *evaluator) output(o output) OutputValue {
	result := OutputValue{Name: o.name, Description: o.description}
	v, p := ev.null.Try(o.value)
	if p != nil {
		v, p = ev.open.Try(o.value)
	}
	switch {
	case p != nil:
		ev.diags.WarnAt(o.value.Range(), diag.Problemf("Output without a value", "The output %s is null: %s.", diag.Quote(o.name), ev.clause(p)))
	case o.sensitive || lang.IsSensitive(v):
		result.Value = diag.Redacted
	default:
		result.Value = lang.PlainValue(v)
	}
	return result
}

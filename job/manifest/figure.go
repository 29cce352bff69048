package manifest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// whole is the address of everything, as expressions call it.
const whole = "audit"

// figures are what checks and outputs may refer to, and do.
type figures struct {
	// forEach are the blocks message and messages by address; true for those
	// with for_each.
	forEach map[string]bool
	// wanted are the messages and blocks that are referred to, by address, and
	// whether the manifest has them. instances are the blocks with for_each of
	// which all messages are wanted, with those.
	wanted    map[string]bool
	instances map[string][]string
	// complete are the blocks that were read without a mistake.
	complete map[string]bool
}

// declare takes the blocks that can be referred to.
func (f *figures) declare(bs blocks, forEach func(block) bool) {
	f.forEach, f.wanted = make(map[string]bool), make(map[string]bool)
	f.instances, f.complete = make(map[string][]string), make(map[string]bool)
	for _, b := range bs {
		f.forEach[b.address()] = b.kind == "message" && forEach(b)
	}
}

// want takes note of what an expression refers to.
func (f *figures) want(refs []figureRef) {
	for _, r := range refs {
		if f.forEach[r.block] && r.key == "" {
			f.instances[r.block] = nil
			continue
		}
		f.wanted[r.address()] = false
	}
}

// met marks a message as one that there is.
func (f *figures) met(m *job.Message) {
	if len(f.wanted) == 0 && len(f.instances) == 0 {
		return
	}
	if _, wanted := f.wanted[m.Address]; wanted {
		f.wanted[m.Address] = true
	}
	block := job.Block(m.Address)
	if _, all := f.instances[block]; all && block != m.Address {
		f.instances[block] = append(f.instances[block], m.Address)
	}
}

// read marks a block as one whose messages are all known.
func (w *world) read(address string) { w.figures.complete[address] = true }

// A figureRef is a reference to the figures of a message, of a block, or of
// everything.
type figureRef struct {
	block string // "audit", "message.benefits", "messages.payslips"
	// key is the key of a message in the block as it stands in an address,
	// quoted; "" for the block.
	key string
	// figure is the one that is named; "" when it isn't.
	figure string
}

func (r figureRef) address() string {
	if r.key == "" {
		return r.block
	}
	return r.block + "[" + r.key + "]"
}

// refOf reads a reference; false when it is to something else.
func (f *figures) refOf(t hcl.Traversal) (figureRef, bool) {
	if t.RootName() == whole {
		return figureRef{block: whole, figure: stepName(t)}, true
	}
	if root := t.RootName(); root != "message" && root != "messages" {
		return figureRef{}, false
	}
	r := figureRef{block: t.RootName() + "." + stepName(t)}
	forEach, declared := f.forEach[r.block]
	if !declared || len(t) < 3 {
		return r, declared
	}
	rest := t[1:]
	_, indexed := t[2].(hcl.TraverseIndex)
	if forEach || indexed {
		r.key, rest = strconv.Quote(stepName(rest)), rest[1:]
	}
	r.figure = stepName(rest)
	return r, true
}

// refsOf are what an expression refers to.
func (f *figures) refsOf(e hcl.Expression) []figureRef {
	var refs []figureRef
	for _, t := range e.Variables() {
		if r, ok := f.refOf(t); ok && !slices.Contains(refs, r) {
			refs = append(refs, r)
		}
	}
	return refs
}

// unresolvedFigure says what is wrong with a reference to message, messages or
// audit.
func (l *loader) unresolvedFigure(t hcl.Traversal, ctx *hcl.EvalContext) *diag.Problem {
	root, name := t.RootName(), stepName(t)
	if !knows(ctx, root) {
		return diag.Problemf("Reference out of place", "%s has figures, which are only known after a run: use it in checks and outputs.", root)
	}
	if root == whole {
		return unknownFigure(whole, name, len(t) > 1)
	}
	f := &l.world.figures
	r, declared := f.refOf(t)
	if !declared {
		return l.undeclaredBlock(root, name)
	}
	if len(t) == 2 {
		return nil
	}
	_, indexed := t[2].(hcl.TraverseIndex)
	switch key := r.key; {
	case root == "message" && !f.forEach[r.block] && indexed:
		return diag.Problemf("Undeclared reference", "%s has no for_each, and so no instances: write %s.read_rate.", r.block, r.block)
	case f.forEach[r.block] && !indexed && len(t) == 3 && slices.Contains(figureNames(), stepName(t[1:])):
		return diag.Problemf("Undeclared reference", `%[1]s has for_each: write %[1]s["key"].%[2]s for one instance, or [for m in %[1]s : m.%[2]s] for all.`, r.block, stepName(t[1:]))
	case key == `""`:
		return diag.Problemf("Undeclared reference", "The key of a message in %s is a text, as in %s[%q].", r.block, r.block, "key")
	case key != "" && f.complete[r.block] && !f.wanted[r.address()]:
		return diag.Problemf("Undeclared reference", "There is no message %s.", r.address())
	case key != "" && len(t) == 3:
		return nil
	}
	return unknownFigure(r.address(), r.figure, true)
}

func (l *loader) undeclaredBlock(root, name string) *diag.Problem {
	if name == "" {
		return diag.Problemf("Undeclared reference", "Name the block, as in %s.name.", root)
	}
	var names []string
	for address := range l.world.figures.forEach {
		if kind, known, _ := strings.Cut(address, "."); kind == root {
			names = append(names, known)
		}
	}
	slices.Sort(names)
	return diag.Problemf("Undeclared reference", "There is no block %s %s.%s", root, diag.Quote(name), diag.DidYouMeanOr(name, names, "Declared are"))
}

func unknownFigure(address, name string, named bool) *diag.Problem {
	known := figureNames()
	if address == whole || strings.HasPrefix(address, "messages.") && !strings.Contains(address, "[") {
		known = append(known, "messages")
	}
	if !named || slices.Contains(known, name) {
		return nil
	}
	return diag.Problemf("Undeclared reference", "%s has no %s.%s", address, diag.Quote(name), diag.DidYouMeanOr(name, known, "It has"))
}

// figureNames are the figures that every message has.
func figureNames() []string {
	return []string{"read_rate", "read", "unread", "audience_size", "status"}
}

// A sumOf is the figures of one message or of several together. The zero value is
// of none.
type sumOf struct {
	totals job.Totals
	// hasAudience and hasReading say that a count is known at all.
	hasAudience, hasReading bool
	// status is the one that all have; mixed says that there is none.
	status job.Status
	mixed  bool
	// youngest is the latest time of sending, as far as known.
	youngest time.Time
}

// add counts one more message.
func (f *sumOf) add(r *job.Result) {
	f.mixed = f.mixed || f.totals.Messages > 0 && f.status != r.Status
	f.status = r.Status
	f.totals.Add(r)
	f.hasAudience = f.hasAudience || r.HasCounts()
	f.hasReading = f.hasReading || r.HasCounts() && r.Reading != nil
	if r.Message.SentAt.After(f.youngest) {
		f.youngest = r.Message.SentAt
	}
}

// value makes an object of the figures; what isn't known is what unknown makes
// of its type.
func (f *sumOf) value(unknown func(cty.Type) cty.Value) map[string]cty.Value {
	counts := f.totals.Counts
	integer := func(n int, known bool) cty.Value {
		if !known {
			return unknown(cty.Number)
		}
		return cty.NumberIntVal(int64(n))
	}
	values := map[string]cty.Value{
		"read_rate":     unknown(cty.Number),
		"read":          integer(counts.Read, f.hasReading),
		"unread":        integer(counts.Unread, f.hasReading),
		"audience_size": integer(counts.Audience(), f.hasAudience),
		"status":        unknown(cty.String),
		"messages":      integer(f.totals.Messages, true),
	}
	if rate, known := counts.ReadRate(); known {
		values["read_rate"] = cty.NumberFloatVal(rate)
	}
	if f.totals.Messages > 0 && !f.mixed {
		values["status"] = cty.StringVal(string(f.status))
	}
	return values
}

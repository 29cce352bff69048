package checks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// everything is the address of all messages together, as expressions call it.
const everything = "audit"

// references are what checks and outputs can refer to, and do.
type references struct {
	// blocks are the blocks message and messages by address; true for those with
	// for_each.
	blocks map[string]bool
	// wanted are the messages and blocks that are referred to, by address, and
	// whether the manifest has them. instances are the blocks with for_each of
	// which all messages are wanted, with those.
	wanted    map[string]bool
	instances map[string][]string
	// complete are the blocks whose messages are all known.
	complete map[string]bool
}

func newReferences(bs lang.Blocks) *references {
	r := &references{
		blocks: make(map[string]bool), wanted: make(map[string]bool),
		instances: make(map[string][]string), complete: make(map[string]bool),
	}
	for _, b := range bs {
		r.blocks[b.Address()] = b.Kind == "message" && b.Sets("for_each")
	}
	return r
}

// want remembers what an expression refers to.
func (r *references) want(refs []reference) {
	for _, ref := range refs {
		if r.blocks[ref.block] && ref.key == "" {
			r.instances[ref.block] = nil
			continue
		}
		r.wanted[ref.address()] = false
	}
}

// message marks a message as one that exists.
func (r *references) message(m *job.Message) {
	if len(r.wanted) == 0 && len(r.instances) == 0 {
		return
	}
	if _, wanted := r.wanted[m.Address]; wanted {
		r.wanted[m.Address] = true
	}
	block := job.Block(m.Address)
	if _, all := r.instances[block]; all && block != m.Address {
		r.instances[block] = append(r.instances[block], m.Address)
	}
}

// A reference is one to the metrics of a message, of a block, or of everything.
type reference struct {
	block string // "audit", "message.benefits", "messages.payslips"
	// key is the key of a message in the block as it is in an address,
	// quoted; empty for the block.
	key string
	// metric is the one that is named; empty when none is.
	metric string
}

func (r reference) address() string {
	if r.key == "" {
		return r.block
	}
	return r.block + "[" + r.key + "]"
}

// parse reads a reference; false when it is to something else.
func (r *references) parse(t hcl.Traversal) (reference, bool) {
	root := t.RootName()
	if root == everything {
		return reference{block: everything, metric: lang.StepName(t)}, true
	}
	if root != "message" && root != "messages" {
		return reference{}, false
	}
	ref := reference{block: root + "." + lang.StepName(t)}
	forEach, declared := r.blocks[ref.block]
	if !declared || len(t) < 3 {
		return ref, declared
	}
	rest := t[1:]
	_, indexed := t[2].(hcl.TraverseIndex)
	if forEach || indexed {
		ref.key, rest = strconv.Quote(lang.StepName(rest)), rest[1:]
	}
	ref.metric = lang.StepName(rest)
	return ref, true
}

// in are the references in an expression.
func (r *references) in(e hcl.Expression) []reference {
	var refs []reference
	for _, t := range e.Variables() {
		if ref, ok := r.parse(t); ok && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// check says what is wrong with a reference to message, messages or audit.
func (r *references) check(t hcl.Traversal) *diag.Problem {
	root, name := t.RootName(), lang.StepName(t)
	if root == everything {
		return unknownMetric(everything, name, len(t) > 1)
	}
	ref, declared := r.parse(t)
	if !declared {
		return r.undeclared(root, name)
	}
	if len(t) == 2 {
		return nil
	}
	forEach, complete := r.blocks[ref.block], r.complete[ref.block]
	_, indexed := t[2].(hcl.TraverseIndex)
	switch {
	case root == "message" && !forEach && indexed:
		return diag.Problemf("Undeclared reference", "%s has no for_each, and so no instances: write %s.read_rate.", ref.block, ref.block)
	case forEach && !indexed && len(t) == 3 && slices.Contains(metricNames(), lang.StepName(t[1:])):
		return diag.Problemf("Undeclared reference", `%[1]s has for_each: write %[1]s["key"].%[2]s for one instance, or [for m in %[1]s : m.%[2]s] for all.`, ref.block, lang.StepName(t[1:]))
	case ref.key == `""`:
		return diag.Problemf("Undeclared reference", "The key of a message in %s is a text, as in %s[%q].", ref.block, ref.block, "key")
	case ref.key != "" && complete && !r.wanted[ref.address()]:
		return diag.Problemf("Undeclared reference", "There is no message %s.%s", ref.address(), keyHint(root, ref.block))
	case ref.key != "" && len(t) == 3:
		return nil
	}
	return unknownMetric(ref.address(), ref.metric, true)
}

// keyHint says what the keys of a messages block are.
func keyHint(root, block string) string {
	if root != "messages" {
		return ""
	}
	return fmt.Sprintf(` A row is named by its cell in the column that key names, and without key by its line: %s["row-2"].`, block)
}

func (r *references) undeclared(root, name string) *diag.Problem {
	if name == "" {
		return diag.Problemf("Undeclared reference", "Name the block, as in %s.name.", root)
	}
	var names []string
	for address := range r.blocks {
		if kind, known, _ := strings.Cut(address, "."); kind == root {
			names = append(names, known)
		}
	}
	slices.Sort(names)
	return diag.Problemf("Undeclared reference", "There is no block %s %s.%s", root, diag.Quote(name), diag.DidYouMeanOr(name, names, "Declared are"))
}

func unknownMetric(address, name string, named bool) *diag.Problem {
	known := metricNames()
	if address == everything || strings.HasPrefix(address, "messages.") && !strings.Contains(address, "[") {
		known = append(known, countNames()...)
	}
	if !named || slices.Contains(known, name) {
		return nil
	}
	return diag.Problemf("Undeclared reference", "%s has no %s.%s", address, diag.Quote(name), diag.DidYouMeanOr(name, known, "It has"))
}

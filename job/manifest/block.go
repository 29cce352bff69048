package manifest

import (
	"fmt"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"

	"github.com/hashicorp/hcl/v2"
)

// A block is one block of the manifest.
type block struct {
	kind   string
	labels []string
	// at is the header; labelAt the label, or the header of a block without.
	at, labelAt hcl.Range
	body        hcl.Body
}

// name is the last label, the one that tells blocks of a kind apart.
func (b block) name() string {
	if len(b.labels) == 0 {
		return ""
	}
	return b.labels[len(b.labels)-1]
}

// address is how people refer to the block: message.benefits.
func (b block) address() string { return strings.Join(append([]string{b.kind}, b.labels...), ".") }

// String is the header as it is written.
func (b block) String() string {
	words := []string{b.kind}
	for _, label := range b.labels {
		words = append(words, `"`+label+`"`)
	}
	return strings.Join(words, " ")
}

type blocks []block

// of selects the blocks of some kinds, in the manifest's order.
func (bs blocks) of(kinds ...string) blocks {
	var found blocks
	for _, b := range bs {
		if slices.Contains(kinds, b.kind) {
			found = append(found, b)
		}
	}
	return found
}

// A shape is what a block of a kind looks like.
type shape struct {
	// labels are what its labels are; optional is one more that may follow.
	labels   []string
	optional string
	// arguments and blocks may stand in it; later ones of both are known to the
	// language, but not to this version.
	arguments, blocks, later []string
}

// shapeOf describes the language. A later version moves names from later to
// where they belong and decodes them.
func shapeOf(kind string) (shape, bool) {
	switch kind {
	case "audit":
		return shape{arguments: []string{"title", "language", "timezone", "retention"}, blocks: []string{"refresh", "backend"}}, true
	case "audit.refresh":
		return shape{arguments: []string{"after", "age", "stop_after"}}, true
	case "audit.backend":
		return shape{labels: []string{"type"}, arguments: []string{"path", "create"}, later: []string{"url"}}, true
	case "variable":
		return shape{labels: []string{"name"}, arguments: []string{"type", "default", "description", "sensitive", "nullable"}, blocks: []string{"validation"}}, true
	case "variable.validation":
		return shape{arguments: []string{"condition", "error_message"}}, true
	case "locals":
		return shape{}, true
	case "provider":
		return shape{
			labels: []string{"name"},
			arguments: []string{
				"alias", "endpoint", "app_key", "app_secret", "access_token",
				"suite_key", "suite_secret", "suite_ticket", "auth_corp_id", "client_id", "client_secret", "corp_id",
				"robot_code", "ca_file", "proxy_url", "timeout",
			},
			blocks: []string{"limit", "retry"},
		}, true
	case "provider.limit":
		return shape{arguments: []string{"requests_per_second", "max_in_flight", "requests_per_month", "reserve", "requests_per_run", "quota_group"}}, true
	case "provider.retry":
		return shape{arguments: []string{"max_attempts", "min_backoff", "max_backoff", "give_up_after"}}, true
	case "audience":
		return shape{labels: []string{"name"}, arguments: []string{"source", "user_ids", "columns"}}, true
	case "message":
		return shape{labels: []string{"name"}, arguments: append(messageArguments(), "for_each")}, true
	case "messages":
		return shape{labels: []string{"name"}, arguments: append(messageArguments(), "source", "key", "columns", "roster")}, true
	case "report":
		return shape{labels: []string{"format"}, optional: "name"}, true
	case "check":
		return shape{labels: []string{"name"}, arguments: []string{"after", "severity"}, blocks: []string{"assert"}}, true
	case "check.assert":
		return shape{arguments: []string{"condition", "error_message"}}, true
	case "output":
		return shape{labels: []string{"name"}, arguments: []string{"value", "description", "sensitive"}}, true
	}
	return shape{}, false
}

func blockKinds() []string {
	return []string{"audit", "variable", "locals", "provider", "audience", "message", "messages", "report", "check", "output"}
}

// blocks collects the blocks of all files and checks kinds, labels and names.
func (l *loader) blocks(files []file) blocks {
	var all blocks
	for _, f := range files {
		if f.json != nil {
			all = append(all, l.jsonBlocks(f.json)...)
			continue
		}
		for name, a := range f.native.Attributes {
			l.diags.FailAt(a.NameRange, diag.Problemf("Argument outside of a block", "%s stands outside of every block. Did you mean to put it into audit { … } or locals { … }?", diag.Quote(name)))
		}
		for _, raw := range f.native.Blocks {
			b := block{kind: raw.Type, labels: raw.Labels, at: raw.DefRange(), labelAt: raw.TypeRange, body: raw.Body}
			if n := len(raw.LabelRanges); n > 0 {
				b.labelAt = raw.LabelRanges[n-1]
			}
			if l.fitting(b, raw.TypeRange) {
				all = append(all, b)
			}
		}
	}
	l.distinct(all)
	return all
}

func (l *loader) fitting(b block, at hcl.Range) bool {
	s, known := shapeOf(b.kind)
	if !known || !slices.Contains(blockKinds(), b.kind) {
		l.diags.FailAt(at, unknownBlock(b.kind))
		return false
	}
	return l.labelled(b, s)
}

func unknownBlock(kind string) *diag.Problem {
	return diag.Problemf("Unsupported block type", "There is no block %s.%s", diag.Quote(kind), diag.DidYouMeanOr(kind, blockKinds(), "The blocks of a manifest are"))
}

// labelled checks the number of labels, and the name that other blocks refer to.
func (l *loader) labelled(b block, s shape) bool {
	most := len(s.labels)
	if s.optional != "" {
		most++
	}
	switch {
	case len(b.labels) < len(s.labels):
		l.diags.FailAt(b.at, diag.Problemf("Label missing", `A block %s has a %s: write %s "…" { … }.`, b.kind, s.labels[0], b.kind))
		return false
	case len(b.labels) > most && most == 0:
		l.diags.FailAt(b.at, diag.Problemf("Too many labels", "A block %s has no label: write %s { … }.", b.kind, b.kind))
		return false
	case len(b.labels) > most:
		l.diags.FailAt(b.at, diag.Problemf("Too many labels", `A block %s has one label: write %s %s { … }.`, b.kind, b.kind, diag.Quote(b.labels[0])))
		return false
	}
	if len(b.labels) > 0 && b.kind != "report" && !validName(b.name()) {
		l.diags.FailAt(b.labelAt, diag.Problemf("Invalid name", "The name %s of the block must be a letter followed by letters, digits, _ and -.", diag.Quote(b.name())))
		return false
	}
	return true
}

func validName(name string) bool {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r != '-' && (r < '0' || r > '9')) {
			return false
		}
	}
	return name != ""
}

// distinct reports blocks that can't be told apart.
func (l *loader) distinct(all blocks) {
	first := make(map[string]block)
	for _, b := range all {
		if b.kind == "locals" || b.kind == "provider" || b.kind == "report" && len(b.labels) < 2 {
			continue
		}
		before, twice := first[b.address()]
		if !twice {
			first[b.address()] = b
			continue
		}
		if b.kind == "audit" {
			l.diags.FailAt(b.at, diag.Problemf("Two audit blocks", "The first one is at %s. A manifest, all of its files together, has one.", place(before.at)))
			continue
		}
		l.diags.FailAt(b.labelAt, diag.Problemf("Two blocks with one name", "%s is already declared at %s. Give one of them another name.", b, place(before.at)))
	}
}

func place(at hcl.Range) string { return fmt.Sprintf("%s:%d", at.Filename, at.Start.Line) }

func notYet(what string) *diag.Problem {
	return diag.Problemf("Not supported by this version", "%s is part of the language, but this version of notifyaudit doesn't know it yet. Remove it.", what)
}

package lang

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/functions"
)

// A lostNumber is one in a file that doesn't keep the digits that are written.
type lostNumber struct {
	text string
	at   hcl.Range
}

func (n lostNumber) problem() *diag.Problem {
	return diag.Problemf("Number loses digits", "%s.", functions.LostDigits(n.text))
}

// lostNumbers are those of the files, each of which was reported.
type lostNumbers map[string][]lostNumber

// find reports the numbers of a file, which was parsed.
func (l lostNumbers) find(src []byte, name string, diags *diag.Collector) {
	switch {
	case !mayLose(src):
	case strings.HasSuffix(name, ".json"):
		l[name] = lostInJSON(src, name)
	default:
		tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
		l[name] = lostIn(tokens)
	}
	for _, n := range l[name] {
		diags.FailAt(n.at, n.problem())
	}
}

// mayLose reports whether a text has a zero before a digit or an exponent behind one:
// without, it has no number that loses digits, and needs no tokens, which take much
// memory.
func mayLose(src []byte) bool {
	digit := func(i int) bool { return i >= 0 && i < len(src) && '0' <= src[i] && src[i] <= '9' }
	for i, c := range src {
		switch c {
		case '0':
			if digit(i+1) && !digit(i-1) {
				return true
			}
		case 'e', 'E':
			if digit(i - 1) {
				return true
			}
		}
	}
	return false
}

// within is the first one in a range, whose value can't be right.
func (l lostNumbers) within(r hcl.Range) (lostNumber, bool) {
	for _, n := range l[r.Filename] {
		if r.Start.Byte <= n.at.Start.Byte && n.at.Start.Byte < r.End.Byte {
			return n, true
		}
	}
	return lostNumber{}, false
}

func lostIn(tokens hclsyntax.Tokens) []lostNumber {
	var found []lostNumber
	for _, t := range tokens {
		if text := string(t.Bytes); t.Type == hclsyntax.TokenNumberLit && !functions.KeepsDigits(text) {
			found = append(found, lostNumber{text, t.Range})
		}
	}
	return found
}

// lostInJSON finds the numbers of JSON, and those in the templates of its texts.
func lostInJSON(src []byte, name string) []lostNumber {
	var all []lostNumber
	decoder := json.NewDecoder(bytes.NewReader(src))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return all
		}
		var found []lostNumber
		switch t := token.(type) {
		case json.Number:
			if !functions.KeepsDigits(t.String()) {
				found = []lostNumber{{text: t.String()}}
			}
		case string:
			tokens, _ := hclsyntax.LexTemplate([]byte(t), name, hcl.InitialPos)
			found = lostIn(tokens)
		}
		for _, n := range found {
			last := int(decoder.InputOffset()) - 1 // of the token
			at := hcl.Pos{Line: 1 + bytes.Count(src[:last], []byte("\n")), Column: 1, Byte: last}
			all = append(all, lostNumber{n.text, hcl.Range{Filename: name, Start: at, End: at}})
		}
	}
}

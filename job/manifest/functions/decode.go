package functions

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxNesting is how deep text that is decoded may be nested.
const maxNesting = 64

// careful keeps a decoder, which calls itself once a level, from text that is
// nested too deeply: it would overflow the stack, which no program can catch. A
// number that doesn't keep its digits, which lost finds, is an error.
func careful(decode function.Function, deep func(text string) bool, lost func(text string) error) function.Function {
	check := func(args []cty.Value) error {
		switch {
		case !isKnown(args[0]):
			return nil
		case deep(args[0].AsString()):
			return fmt.Errorf("the text is nested deeper than %d", maxNesting)
		}
		return lost(args[0].AsString())
	}
	return function.New(&function.Spec{
		Params: decode.Params(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := check(args); err != nil {
				return cty.NilType, err
			}
			return decode.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return decode.Call(args) },
	})
}

// DeepJSON reports whether objects and lists are nested deeper than 64.
func DeepJSON(text string) bool {
	depth, quoted, escaped := 0, false, false
	for i := range len(text) {
		switch c := text[i]; {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		if depth > maxNesting {
			return true
		}
	}
	return false
}

// deepYAML reports whether brackets, or the lists that one line opens, nest deeper
// than the bound. Deeper indentation takes the square of the depth in bytes, which
// file() doesn't read. A bracket in a text counts too: the bound for brackets is
// wider.
func deepYAML(text string) bool {
	const maxBrackets = 1000
	depth := 0
	for line := range strings.Lines(text) {
		if openedLists(line) > maxNesting {
			return true
		}
		for i := range len(line) {
			switch line[i] {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
			if depth > maxBrackets {
				return true
			}
		}
	}
	return false
}

// openedLists counts the lists and complex keys that a line opens at its beginning.
func openedLists(line string) int {
	n := 0
	for i := 0; i+1 < len(line); i++ {
		switch {
		case (line[i] == '-' || line[i] == '?' || line[i] == ':') && line[i+1] <= ' ':
			n++
		case line[i] != ' ' && line[i] != '\t':
			return n
		}
	}
	return n
}

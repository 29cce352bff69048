package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// The bounds of a scenario file: a hundred thousand messages fit well.
const (
	maxScenario = 64 << 20
	// maxValues and maxListed are how many fields and objects it has, and how many
	// names in all of its lists.
	maxValues = 500_000
	maxListed = 1_000_000
)

// A Problem is one mistake in a scenario.
type Problem struct {
	// Line is the line it is in, from 1; 0 for a scenario that isn't from a file.
	Line int
	// Path names the field: messages[3].send_status.
	Path string
	// Text says what is wrong and what to write instead.
	Text string
}

func (p Problem) String() string {
	text := p.Text
	if p.Path != "" {
		text = p.Path + ": " + text
	}
	if p.Line > 0 {
		text = fmt.Sprintf("line %d: %s", p.Line, text)
	}
	return text
}

// maxProblems is how many mistakes are reported one by one.
const maxProblems = 100

// A Error is all the mistakes in a scenario, in the order of its lines.
// Past a hundred the last one says how many more there are.
type Error struct {
	Problems []Problem
}

func (e *Error) Error() string {
	if len(e.Problems) == 1 {
		return "invalid scenario: " + e.Problems[0].String()
	}
	var text strings.Builder
	text.WriteString("invalid scenario:")
	for _, p := range e.Problems {
		text.WriteString("\n  " + p.String())
	}
	return text.String()
}

// Load reads a scenario from strict JSON: unknown and repeated fields,
// wrong types and values that make no sense are mistakes. They come back all at
// once as a *Error.
func Load(r io.Reader) (*Scenario, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxScenario+1))
	if err != nil {
		return nil, fmt.Errorf("reading scenario: %w", err)
	}
	if len(data) > maxScenario {
		return nil, fmt.Errorf("reading scenario: more than %d bytes", maxScenario)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	w := walker{data: data, at: map[string]int64{}, names: map[reflect.Type]map[string]reflect.Type{}}
	sc := new(Scenario)
	if problem, ok := syntaxProblem(data); !ok {
		return nil, &Error{Problems: []Problem{problem}}
	}
	if w.walk(sc); w.full() {
		return nil, fmt.Errorf("reading scenario: more than %d values, or %d names in lists", maxValues, maxListed)
	}
	if len(w.problems) == 0 {
		if err := json.Unmarshal(data, sc); err != nil {
			return nil, fmt.Errorf("reading scenario: %w", err)
		}
		w.adopt(sc.check(w.present))
	}
	if len(w.problems) > 0 {
		return nil, &Error{Problems: w.sorted()}
	}
	return sc, nil
}

// syntaxProblem reports what makes data no JSON object, or true when it is one.
func syntaxProblem(data []byte) (Problem, bool) {
	if len(bytes.TrimSpace(data)) == 0 {
		return Problem{Text: "it is empty; the smallest scenario is {}"}, false
	}
	var object map[string]json.RawMessage
	err := json.Unmarshal(data, &object)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return Problem{Line: lineAt(data, syntax.Offset), Text: "no valid JSON: " + syntax.Error()}, false
	}
	if err != nil || object == nil {
		return Problem{Line: 1, Text: "a scenario is one JSON object: {…}"}, false
	}
	return Problem{}, true
}

// Validate reports, as a *Error, what Load would say of a
// scenario that was made in Go.
func (sc *Scenario) Validate() error {
	problems := sc.check(func(string) bool { return false })
	if len(problems) == 0 {
		return nil
	}
	return &Error{Problems: problems}
}

func lineAt(data []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}

package scenario

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// A walker goes through a scenario's JSON along the types it will be decoded
// into. encoding/json alone stops at the first mistake and can't name its line.
type walker struct {
	data     []byte
	dec      *json.Decoder
	at       map[string]int64 // where each field's value, or element, begins
	problems []Problem
	more     int // problems beyond maxProblems
	// values and listed count what was met.
	values, listed int
	// names are the JSON names of the structs met so far.
	names map[reflect.Type]map[string]reflect.Type
}

// walk checks the whole text, known to be valid JSON, against the type of v.
func (w *walker) walk(v any) {
	w.dec = json.NewDecoder(bytes.NewReader(w.data))
	w.value("", reflect.TypeOf(v).Elem())
}

func (w *walker) present(path string) bool {
	_, found := w.at[path]
	return found
}

// adopt takes over problems whose lines aren't known yet.
func (w *walker) adopt(problems []Problem) {
	for _, p := range problems {
		path := p.Path
		for path != "" && !w.present(path) {
			path = path[:max(strings.LastIndexAny(path, ".["), 0)]
		}
		w.add(path, p)
	}
}

func (w *walker) report(path, format string, args ...any) {
	w.add(path, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// add reports a problem at the line where the path begins.
func (w *walker) add(path string, p Problem) {
	if len(w.problems) >= maxProblems {
		w.more++
		return
	}
	p.Line = lineAt(w.data, w.at[path])
	w.problems = append(w.problems, p)
}

func (w *walker) sorted() []Problem {
	slices.SortStableFunc(w.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	if w.more > 0 {
		return append(w.problems, Problem{Text: fmt.Sprintf("and %d more mistakes", w.more)})
	}
	return w.problems
}

// full says that there was too much: the walk ends there.
func (w *walker) full() bool { return w.values > maxValues || w.listed > maxListed }

func (w *walker) value(path string, t reflect.Type) {
	if w.values++; w.full() {
		return
	}
	w.at[path] = w.start()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if open := w.opening(t); open == 0 || w.data[w.at[path]] != open {
		w.leaf(path, t)
		return
	}
	_, _ = w.dec.Token()
	for i := 0; w.dec.More() && !w.full(); i++ {
		if t.Kind() == reflect.Slice {
			w.element(path, i, t.Elem())
			continue
		}
		w.member(path, t)
	}
	_, _ = w.dec.Token()
}

// element is a value in a list. Where the names of long lists stand isn't kept.
func (w *walker) element(list string, i int, t reflect.Type) {
	const kept = 100_000
	if t.Kind() == reflect.String && w.opening(t) == 0 {
		w.values--
		if w.listed++; w.listed > kept && w.data[w.start()] == '"' {
			_, _ = w.dec.Token()
			return
		}
	}
	w.value(fmt.Sprintf("%s[%d]", list, i), t)
}

// start is the offset at which the next value begins.
func (w *walker) start() int64 {
	offset := w.dec.InputOffset()
	for offset < int64(len(w.data)) && strings.IndexByte(" \t\r\n:,", w.data[offset]) >= 0 {
		offset++
	}
	return offset
}

// opening is the character that a composite type's JSON begins with, 0 for a
// type that is decoded in one piece.
func (*walker) opening(t reflect.Type) byte {
	p := reflect.PointerTo(t)
	if p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return 0
	}
	if t.Kind() == reflect.Slice {
		return '['
	}
	if t.Kind() == reflect.Struct || t.Kind() == reflect.Map {
		return '{'
	}
	return 0
}

func (w *walker) member(path string, t reflect.Type) {
	line := w.start()
	token, _ := w.dec.Token()
	name, _ := token.(string)
	child := strings.TrimPrefix(path+"."+name, ".")
	if t.Kind() == reflect.Map {
		child = fmt.Sprintf("%s[%q]", path, name)
	}
	if w.present(child) {
		w.at[child] = line
		w.report(child, "it is given twice")
	}
	if t.Kind() == reflect.Map {
		w.value(child, t.Elem())
		return
	}
	names, found := w.names[t]
	if !found {
		names = fieldNames(t)
		w.names[t] = names
	}
	field, found := names[name]
	if !found {
		w.at[child] = line
		w.report(child, "there is no field %q%s", name, didYouMean(name, names))
		w.skip()
		return
	}
	w.value(child, field)
}

func (w *walker) skip() {
	var ignored json.RawMessage
	_ = w.dec.Decode(&ignored)
}

func (w *walker) leaf(path string, t reflect.Type) {
	var raw json.RawMessage
	_ = w.dec.Decode(&raw)
	err := json.Unmarshal(raw, reflect.New(t).Interface())
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		w.report(path, "it must be %s, not a JSON %s", wanted(t), mismatch.Value)
		return
	}
	if err != nil {
		w.report(path, "%v", err)
	}
}

func wanted(t reflect.Type) string {
	if t == reflect.TypeFor[Duration]() {
		return "a duration, as a string such as \"80ms\""
	}
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "a list: [ … ]"
	case reflect.Struct, reflect.Map:
		return "an object: { … }"
	case reflect.Uint64:
		return "a whole number, 0 or more"
	case reflect.Int:
		return "a whole number"
	default:
		return "a number"
	}
}

// fieldNames are the JSON names of a struct's fields, those of embedded structs
// included.
func fieldNames(t reflect.Type) map[string]reflect.Type {
	names := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names[name] = f.Type
		}
	}
	return names
}

// didYouMean suggests the name that is likely meant, if one is near enough.
func didYouMean[V any](name string, known map[string]V) string {
	if len(name) > 256 {
		return ""
	}
	best, nearest := "", max(2, len(name)/3)+1
	for candidate := range known {
		d := levenshtein.Distance(strings.ToLower(name), strings.ToLower(candidate), nil)
		if d < nearest || d == nearest && best != "" && candidate < best {
			best, nearest = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(". Did you mean %q?", best)
}

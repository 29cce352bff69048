package transfer

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"notifyaudit/job/state"
)

// A value is a column of a row: one of the fields, by its kind.
type value struct {
	text   sql.Null[string]
	number sql.Null[int64]
	yes    bool
	at     time.Time
}

// scanned is where a column of the kind is scanned to.
func (v *value) scanned(k kind) any {
	switch k {
	case number, maybe:
		return &v.number
	case yes:
		return &v.yes
	case moment:
		return &v.at
	default:
		return &v.text
	}
}

// stored is what a database is given for a column of the kind that is no
// reference.
func (v *value) stored(k kind) any {
	switch k {
	case number:
		return v.number.V
	case maybe:
		return v.number
	case yes:
		return v.yes
	case moment:
		return v.at
	default:
		return v.text.V
	}
}

func (v *value) zero(k kind) bool {
	switch k {
	case number:
		return v.number.V == 0
	case maybe:
		return !v.number.Valid
	case yes:
		return !v.yes
	case moment:
		return v.at.IsZero()
	default:
		return v.text.V == ""
	}
}

// append writes the value as JSON.
func (v *value) append(line []byte, k kind) ([]byte, error) {
	switch k {
	case number, maybe:
		return strconv.AppendInt(line, v.number.V, 10), nil
	case yes:
		return strconv.AppendBool(line, v.yes), nil
	case moment:
		return append(v.at.AppendFormat(append(line, '"'), time.RFC3339Nano), '"'), nil
	case document:
		if !json.Valid([]byte(v.text.V)) {
			return line, fmt.Errorf("%w: a text is not JSON", state.ErrDamaged)
		}
		return append(line, v.text.V...), nil
	case tokens:
		return appendTexts(line, v.text.V)
	default:
		return appendText(line, v.text.V)
	}
}

// appendTexts writes a list that a database made of texts as JSON: databases differ
// in white space, and in what they make of no texts.
func appendTexts(line []byte, list string) ([]byte, error) {
	var texts []string
	if err := json.Unmarshal([]byte(cmp.Or(list, "[]")), &texts); err != nil {
		return line, fmt.Errorf("%w: a text is not JSON", state.ErrDamaged)
	}
	line = append(line, '[')
	for i, text := range texts {
		if i > 0 {
			line = append(line, ',')
		}
		var err error
		if line, err = appendText(line, text); err != nil {
			return line, err
		}
	}
	return append(line, ']'), nil
}

// appendText writes a text as JSON.
func appendText(line []byte, text string) ([]byte, error) {
	if plain(text) {
		return append(append(append(line, '"'), text...), '"'), nil
	}
	out := bytes.NewBuffer(line)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(text)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// plain reports whether a text stands in JSON as it is.
func plain[T string | []byte](text T) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxCount is far beyond all that a state counts, and far from where sums overflow.
const maxCount = 1 << 40

// parseCount reads a number of calls, people or the like. A negative one would give the
// month's quota calls that it doesn't have.
func parseCount(raw []byte) (int64, error) {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err == nil && (n < 0 || n > maxCount) {
		err = fmt.Errorf("%d is no count", n)
	}
	return n, err
}

// parse reads the value from JSON.
func (v *value) parse(raw []byte, k kind) (err error) {
	switch k {
	case number, maybe:
		v.number.Valid = true
		v.number.V, err = parseCount(raw)
	case yes:
		v.yes, err = strconv.ParseBool(string(raw))
	case moment:
		err = v.at.UnmarshalJSON(raw)
	case document, tokens:
		v.text.V = string(raw)
	default:
		v.text.V, err = parseText(raw)
	}
	return err
}

func parseText(raw []byte) (text string, err error) {
	if n := len(raw); n >= 2 && raw[0] == '"' && raw[n-1] == '"' && plain(raw[1:n-1]) {
		return string(raw[1 : n-1]), nil
	}
	if !utf8.Valid(raw) {
		return "", fmt.Errorf("%w: a text is not UTF-8", ErrBadExport)
	}
	err = json.Unmarshal(raw, &text)
	return text, err
}

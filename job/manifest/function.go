package manifest

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are what expressions can call. A later version adds to the table.
func (l *loader) functions() map[string]function.Function {
	table := map[string]function.Function{
		"ceil":       stdlib.CeilFunc,
		"coalesce":   coalesceFunc(),
		"concat":     stdlib.ConcatFunc,
		"contains":   stdlib.ContainsFunc,
		"csvdecode":  stdlib.CSVDecodeFunc,
		"distinct":   stdlib.DistinctFunc,
		"file":       l.fileFunc(),
		"flatten":    stdlib.FlattenFunc,
		"floor":      stdlib.FloorFunc,
		"format":     stdlib.FormatFunc,
		"formatdate": stdlib.FormatDateFunc,
		"join":       stdlib.JoinFunc,
		"jsondecode": stdlib.JSONDecodeFunc,
		"keys":       stdlib.KeysFunc,
		"length":     lengthFunc(),
		"lower":      stdlib.LowerFunc,
		"max":        stdlib.MaxFunc,
		"merge":      stdlib.MergeFunc,
		"min":        stdlib.MinFunc,
		"range":      stdlib.RangeFunc,
		"regex":      stdlib.RegexFunc,
		"replace":    replaceFunc(),
		"split":      stdlib.SplitFunc,
		"sum":        sumFunc(),
		"timeadd":    stdlib.TimeAddFunc,
		"tomap":      stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"tonumber":   stdlib.MakeToFunc(cty.Number),
		"toset":      stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tostring":   stdlib.MakeToFunc(cty.String),
		"trimspace":  stdlib.TrimSpaceFunc,
		"upper":      stdlib.UpperFunc,
		"values":     stdlib.ValuesFunc,
		"yamldecode": ctyyaml.YAMLDecodeFunc,
	}
	for name, f := range table {
		table[name] = l.watched(name, f)
	}
	// These two take expressions, not values; what is in them is watched. lookup
	// makes nothing, and must not look at the whole map.
	table["can"], table["try"], table["lookup"] = tryfunc.CanFunc, tryfunc.TryFunc, lookupFunc()
	return table
}

var (
	errTooMuch   = errors.New("the result would be too large")
	errSensitive = errors.New("it failed on a sensitive value, which isn't shown")
)

// watched makes a function count what it produces against the meter, refuse to
// begin what can't end well, and keep sensitive values out of its errors.
func (l *loader) watched(name string, f function.Function) function.Function {
	params := f.Params()
	for i := range params {
		params[i].AllowMarked = true
	}
	rest := f.VarParam()
	if rest != nil {
		open := *rest
		open.AllowMarked = true
		rest = &open
	}
	return function.New(&function.Spec{
		Params:   params,
		VarParam: rest,
		Type: func(args []cty.Value) (cty.Type, error) {
			plain, secret := unmarked(args)
			if err := l.affordable(name, plain); err != nil {
				return cty.NilType, err
			}
			if err := uniform(name, plain); err != nil {
				return cty.NilType, err
			}
			t, err := f.ReturnTypeForValues(plain)
			return t, discreet(err, secret)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			plain, secret := unmarked(args)
			if !l.meter.spend(burden(plain), nil) {
				return cty.NilVal, errTooMuch
			}
			if err := uniform(name, plain); err != nil {
				return cty.NilVal, err
			}
			v, err := f.Call(plain)
			if err != nil {
				return cty.NilVal, discreet(err, secret)
			}
			if !l.meter.spendValue(v, nil) {
				return cty.NilVal, errTooMuch
			}
			if secret {
				v = v.Mark(sensitive)
			}
			return v, nil
		},
	})
}

// burden is what looking at long arguments costs: a function that is called for
// each row and looks at all rows must come to an end.
func burden(args []cty.Value) int {
	const light, share = 4 << 10, 64
	total := 0
	for _, a := range args {
		total += weight(a, maxValue)
	}
	if total < light {
		return 0
	}
	return total / share
}

func unmarked(args []cty.Value) (plain []cty.Value, secret bool) {
	plain = make([]cty.Value, len(args))
	for i, a := range args {
		secret = secret || isSensitive(a)
		plain[i], _ = a.UnmarkDeep()
	}
	return plain, secret
}

func discreet(err error, secret bool) error {
	if err != nil && secret {
		return errSensitive
	}
	return err
}

// affordable estimates what a call could produce at most, before it does.
func (l *loader) affordable(name string, args []cty.Value) error {
	if l.meter.empty() {
		return errTooMuch
	}
	switch name {
	case "replace":
		return affordReplace(args)
	case "join":
		return affordJoin(args)
	case "format":
		return affordFormat(args)
	case "jsondecode":
		return affordJSON(args)
	case "yamldecode":
		return affordYAML(args)
	}
	return nil
}

func known(v cty.Value) bool { return v.IsKnown() && !v.IsNull() }

// maxMatched is how long a text may be in which a regular expression replaces:
// every match costs some hundred bytes of memory.
const maxMatched = 64 << 10

// isPattern tells a regular expression, which stands between slashes.
func isPattern(search string) bool {
	return len(search) > 1 && strings.HasPrefix(search, "/") && strings.HasSuffix(search, "/")
}

func affordReplace(args []cty.Value) error {
	for _, a := range args {
		if !known(a) {
			return nil
		}
	}
	text, with := args[0].AsString(), args[2].AsString()
	if isPattern(args[1].AsString()) && len(text) > maxMatched {
		return fmt.Errorf("a text in which a pattern is replaced has at most %d KiB", maxMatched>>10)
	}
	if len(text)+(len(text)+1)*len(with)+strings.Count(with, "$")*len(text) > maxValue {
		return errTooMuch
	}
	return nil
}

func affordJoin(args []cty.Value) error {
	if !known(args[0]) {
		return nil
	}
	total := 0
	for _, list := range args[1:] {
		if known(list) && list.CanIterateElements() {
			total += weight(list, maxValue) + list.LengthInt()*len(args[0].AsString())
		}
	}
	if total > maxValue {
		return errTooMuch
	}
	return nil
}

// affordFormat bounds widths, and what verbs that name their argument repeat.
func affordFormat(args []cty.Value) error {
	if !known(args[0]) {
		return nil
	}
	const widest = 1000
	text := args[0].AsString()
	number := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			number = 0
			continue
		}
		if number = number*10 + int(c-'0'); number > widest {
			return fmt.Errorf("a width or precision is above %d", widest)
		}
	}
	largest := 0
	for _, a := range args[1:] {
		largest = max(largest, weight(a, maxValue))
	}
	if len(text)+strings.Count(text, "%")*(largest+widest) > maxValue {
		return errTooMuch
	}
	return nil
}

// affordJSON keeps the decoder, which calls itself once a level, from deep input.
func affordJSON(args []cty.Value) error {
	if known(args[0]) && deepJSON([]byte(args[0].AsString())) {
		return fmt.Errorf("the JSON is nested deeper than %d", maxNesting)
	}
	return nil
}

// deepJSON reports whether objects and lists nest deeper than the bound.
func deepJSON(text []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range text {
		switch {
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

// maxReadable is the size of a file that file() reads.
const maxReadable = 4 << 20

func (l *loader) fileFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			doc, err := l.library.find(name)
			if errors.Is(err, errOutside) {
				return cty.NilVal, fmt.Errorf("%s can't be read: %w; --allow-dir allows another folder", quote(name), err)
			}
			var data []byte
			if err == nil {
				data, err = doc.read(maxReadable)
			}
			if err != nil {
				return cty.NilVal, fmt.Errorf("%s can't be read: %w", quote(name), err)
			}
			if !utf8.Valid(data) {
				return cty.NilVal, fmt.Errorf("%s is not UTF-8 text", quote(name))
			}
			if l.sources[doc.name] == "" {
				l.meter.read(len(data))
			}
			l.sources[doc.name] = sum(data)
			return cty.StringVal(string(data)), nil
		},
	})
}

// coalesceFunc returns the first argument that is neither null nor "".
func coalesceFunc() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			return stdlib.CoalesceFunc.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, kind cty.Type) (cty.Value, error) {
			var rest []cty.Value
			for _, a := range args {
				if empty := known(a) && a.Type() == cty.String && a.AsString() == ""; !empty {
					rest = append(rest, a)
				}
			}
			if len(rest) == 0 {
				return cty.NilVal, errors.New("every argument is null or empty")
			}
			v, err := stdlib.CoalesceFunc.Call(rest)
			if err != nil {
				return cty.NilVal, err
			}
			return convert.Convert(v, kind)
		},
	})
}

// lengthFunc counts elements, or the characters of a text.
func lengthFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].Type() == cty.String {
				return stdlib.Strlen(args[0])
			}
			if kind := args[0].Type(); kind.IsObjectType() {
				return cty.NumberIntVal(int64(len(kind.AttributeTypes()))), nil
			}
			return stdlib.Length(args[0])
		},
	})
}

// replaceFunc replaces a text, or what matches a regular expression written
// between slashes.
func replaceFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "text", Type: cty.String}, {Name: "search", Type: cty.String}, {Name: "replacement", Type: cty.String},
		},
		Type: function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			search := args[1].AsString()
			if isPattern(search) {
				return stdlib.RegexReplace(args[0], cty.StringVal(search[1:len(search)-1]), args[2])
			}
			return stdlib.Replace(args[0], args[1], args[2])
		},
	})
}

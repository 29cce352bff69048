// Package functions has the functions that expressions of a manifest can call: those
// that users of Terraform expect, with the same results. A function that fails on a
// sensitive value says only that it failed.
package functions

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/source"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Names are those of all functions, sorted.
func Names() []string { return slices.Sorted(maps.Keys(All(nil, nil))) }

// All are the functions by name. Results that are made of a marked value get the
// mark sensitive; file() reads the files.
func All(files *source.FS, sensitive any) map[string]function.Function {
	table := map[string]function.Function{
		"ceil":       stdlib.CeilFunc,
		"coalesce":   exact(coalesceFunc()),
		"concat":     stdlib.ConcatFunc,
		"contains":   stdlib.ContainsFunc,
		"csvdecode":  stdlib.CSVDecodeFunc,
		"distinct":   exact(distinctFunc()),
		"file":       fileFunc(files),
		"flatten":    stdlib.FlattenFunc,
		"floor":      stdlib.FloorFunc,
		"format":     stdlib.FormatFunc,
		"formatdate": stdlib.FormatDateFunc,
		"join":       stdlib.JoinFunc,
		"jsondecode": careful(stdlib.JSONDecodeFunc, DeepJSON, lostInJSON),
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
		"tomap":      exact(stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType))),
		"tonumber":   stdlib.MakeToFunc(cty.Number),
		"toset":      exact(stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType))),
		"tostring":   stdlib.MakeToFunc(cty.String),
		"trimspace":  stdlib.TrimSpaceFunc,
		"upper":      stdlib.UpperFunc,
		"values":     stdlib.ValuesFunc,
		"yamldecode": careful(ctyyaml.YAMLDecodeFunc, deepYAML, lostInYAML),
	}
	for name, f := range table {
		table[name] = discreet(f, sensitive)
	}
	// These two take expressions, not values, and lookup hides less.
	table["can"], table["try"], table["lookup"] = tryfunc.CanFunc, tryfunc.TryFunc, lookupFunc()
	return table
}

var errSensitive = errors.New("it failed on a sensitive value, which isn't shown")

// discreet keeps sensitive values out of a function's errors. What it makes of one
// is sensitive.
func discreet(f function.Function, sensitive any) function.Function {
	params := f.Params()
	for i := range params {
		params[i].AllowMarked = true
	}
	rest := f.VarParam()
	if rest != nil {
		marked := *rest
		marked.AllowMarked = true
		rest = &marked
	}
	return function.New(&function.Spec{
		Params:   params,
		VarParam: rest,
		Type: func(args []cty.Value) (cty.Type, error) {
			plain, secret := unmarked(args)
			t, err := f.ReturnTypeForValues(plain)
			return t, discreetError(err, secret)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			plain, secret := unmarked(args)
			v, err := f.Call(plain)
			if err != nil {
				return cty.NilVal, discreetError(err, secret)
			}
			if secret {
				v = v.Mark(sensitive)
			}
			return v, nil
		},
	})
}

func isKnown(v cty.Value) bool { return v.IsKnown() && !v.IsNull() }

func isSensitive(v cty.Value) bool { return v.ContainsMarked() }

func unmarked(args []cty.Value) (plain []cty.Value, secret bool) {
	plain = make([]cty.Value, len(args))
	for i, a := range args {
		secret = secret || isSensitive(a)
		plain[i], _ = a.UnmarkDeep()
	}
	return plain, secret
}

func discreetError(err error, secret bool) error {
	if err != nil && secret {
		return errSensitive
	}
	return err
}

// maxReadable is the size in bytes of a file that file() reads.
const maxReadable = 4 << 20

func fileFunc(files *source.FS) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name := args[0].AsString()
			data, err := readText(files, name)
			if errors.Is(err, source.ErrOutside) {
				return cty.NilVal, fmt.Errorf("%s can't be read: %w; --allow-dir allows another folder", diag.Quote(name), err)
			}
			if err != nil {
				return cty.NilVal, fmt.Errorf("%s can't be read: %w", diag.Quote(name), err)
			}
			return cty.StringVal(string(data)), nil
		},
	})
}

func readText(files *source.FS, name string) ([]byte, error) {
	file, err := files.Find(name, "a file that the manifest reads")
	if err != nil {
		return nil, err
	}
	data, err := file.Read(maxReadable)
	if err != nil {
		return nil, err
	}
	return source.Text(data)
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
				if empty := isKnown(a) && a.Type() == cty.String && a.AsString() == ""; !empty {
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
			if len(search) > 1 && strings.HasPrefix(search, "/") && strings.HasSuffix(search, "/") {
				return stdlib.RegexReplace(args[0], cty.StringVal(search[1:len(search)-1]), args[2])
			}
			return stdlib.Replace(args[0], args[1], args[2])
		},
	})
}

package event_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/event"
)

// TestEveryEventIsListed holds the list against the source: a type that begins
// with a Header is an event, and a constant of type Type is its name.
func TestEveryEventIsListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	constants := 0
	for _, d := range file.Decls {
		general, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if general.Doc.Text() == "" {
					t.Errorf("%s has no comment", spec.Name)
				}
				if isEvent(spec) {
					declared = append(declared, spec.Name.Name)
				}
			case *ast.ValueSpec:
				if strings.HasPrefix(spec.Names[0].Name, "Type") {
					constants++
				}
			}
		}
	}
	var listed []string
	for _, k := range event.Kinds() {
		listed = append(listed, reflect.TypeOf(k.Event).Name())
	}
	if diff := cmp.Diff(declared, listed); diff != "" {
		t.Errorf("declared (-) and listed (+) differ:\n%s", diff)
	}
	if constants != len(listed) {
		t.Errorf("%d names for %d types", constants, len(listed))
	}
}

func isEvent(spec *ast.TypeSpec) bool {
	s, ok := spec.Type.(*ast.StructType)
	if !ok || len(s.Fields.List) == 0 || len(s.Fields.List[0].Names) > 0 {
		return false
	}
	name, ok := s.Fields.List[0].Type.(*ast.Ident)
	return ok && name.Name == "Header"
}

func TestKindsAreDescribed(t *testing.T) {
	var names []event.Type
	for _, k := range event.Kinds() {
		if len(k.Commands) == 0 || !strings.HasSuffix(k.About, ".") {
			t.Errorf("%s: commands %q, about %q", k.Type, k.Commands, k.About)
		}
		fields := k.Fields()
		if want := []string{"type", "@timestamp", "format_version"}; !slices.Equal(fields[:3], want) {
			t.Errorf("%s begins with %q, want %q", k.Type, fields[:3], want)
		}
		if slices.Contains(fields, "") {
			t.Errorf("%s has a member without a name: %q", k.Type, fields)
		}
		if slices.Contains(names, k.Type) {
			t.Errorf("%s is listed twice", k.Type)
		}
		names = append(names, k.Type)
	}
}

// TestFieldsAreTheEncoders holds Fields against what the encoder writes.
func TestFieldsAreTheEncoders(t *testing.T) {
	for _, k := range event.Kinds() {
		text, err := json.Marshal(k.Event)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatal(err)
		}
		fields := k.Fields()
		for _, name := range fields {
			if _, found := object[name]; !found {
				t.Errorf("%s: %q is not written: %s", k.Type, name, text)
			}
		}
		if len(object) != len(fields) {
			t.Errorf("%s: %d members written, %d listed", k.Type, len(object), len(fields))
		}
	}
}

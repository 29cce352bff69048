// Command sizes holds the module against the limits of its sizes and names what
// is beyond them. It runs at the top of the repository: go run .ci/sizes/main.go.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// The limits. Tests and generated files have none.
const (
	mostMethods       = 30     // of a type
	mostPackageLines  = 2_500  // of a package
	mostFileLines     = 350    // of a file
	mostFunctionLines = 45     // of a function that is more than one return statement
	mostReadmeBytes   = 14_336 // of README.md
)

// exceptions are what may be beyond its limit: the name as a finding has it, and
// the reason.
func exceptions() map[string]string {
	return map[string]string{}
}

func main() {
	findings, err := check(os.DirFS("."), exceptions())
	for _, finding := range findings {
		fmt.Println(finding)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if len(findings) > 0 {
		fmt.Fprintf(os.Stderr, "%d sizes are beyond their limit\n", len(findings))
		os.Exit(1)
	}
}

// check returns a line for each size beyond its limit, and for each exception that
// is none any more.
func check(module fs.FS, excepted map[string]string) (findings []string, err error) {
	sizes, err := measure(module)
	if err != nil {
		return nil, err
	}
	beyond := map[string]bool{}
	for _, s := range sizes {
		if s.size <= s.most {
			continue
		}
		beyond[s.name] = true
		if excepted[s.name] == "" {
			findings = append(findings, fmt.Sprintf("%s: %d %s, at most %d", s.name, s.size, s.unit, s.most))
		}
	}
	for name, reason := range excepted {
		if !beyond[name] {
			findings = append(findings, fmt.Sprintf("%s: the exception (%s) is not needed", name, reason))
		}
	}
	slices.Sort(findings)
	return findings, nil
}

// A size is one measurement.
type size struct {
	name string // package, package.Type, file, file:function
	size int
	unit string
	most int
}

// measure measures README.md and every Go file that is built, but tests and
// generated files.
func measure(module fs.FS) ([]size, error) {
	readme, err := fs.Stat(module, "README.md")
	if err != nil {
		return nil, err
	}
	m := &measurer{lines: map[string]int{}, methods: map[string]int{}}
	sizes := []size{{"README.md", int(readme.Size()), "bytes", mostReadmeBytes}}
	err = fs.WalkDir(module, ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case entry.IsDir():
			if name != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		return m.file(name, source)
	})
	if err != nil {
		return nil, err
	}
	for name, n := range m.lines {
		m.sizes = append(m.sizes, size{name, n, "lines", mostPackageLines})
	}
	for name, n := range m.methods {
		m.sizes = append(m.sizes, size{name, n, "methods", mostMethods})
	}
	slices.SortFunc(m.sizes, func(a, b size) int { return cmp.Compare(a.name, b.name) })
	return append(sizes, m.sizes...), nil
}

// A measurer adds up what several files have of one thing.
type measurer struct {
	sizes   []size
	lines   map[string]int // of packages
	methods map[string]int // of types
}

func (m *measurer) file(name string, source []byte) error {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if ast.IsGenerated(parsed) {
		return nil
	}
	folder, lines := path.Dir(name), bytes.Count(source, []byte("\n"))
	m.lines[folder] += lines
	m.sizes = append(m.sizes, size{name, lines, "lines", mostFileLines})
	for _, declaration := range parsed.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		called := function.Name.Name
		if function.Recv != nil {
			receiver := typeName(function.Recv.List[0].Type)
			called = receiver + "." + called
			m.methods[folder+"."+receiver]++
		}
		if isTable(function.Body) {
			continue
		}
		long := files.Position(function.End()).Line - files.Position(function.Pos()).Line + 1
		m.sizes = append(m.sizes, size{name + ":" + called, long, "lines", mostFunctionLines})
	}
	return nil
}

// isTable reports whether a function's body does nothing but return a value, which
// is how a table is written without a global variable.
func isTable(body *ast.BlockStmt) bool {
	if body == nil || len(body.List) != 1 {
		return false
	}
	_, ok := body.List[0].(*ast.ReturnStmt)
	return ok
}

// typeName is the name of a receiver's type, without its pointer and parameters.
func typeName(expression ast.Expr) string {
	switch e := ast.Unparen(expression).(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	default:
		return fmt.Sprintf("%T", e)
	}
}

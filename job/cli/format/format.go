// Package format writes manifest files in the canonical layout, or tells which files
// would change.
package format

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/view"
	"notifyaudit/job/manifest"
)

// A Formatter formats files, and remembers whether any had to change.
type Formatter struct {
	// Check only lists files that would change; Diff shows the changes.
	Check, Diff bool
	Stdin       io.Reader
	Out, Err    view.Printer
	// Broken means that a file has syntax errors and was not changed, Changed that a
	// file was not in the canonical layout.
	Broken, Changed bool
}

// Path formats a file, the files of a folder, or standard input.
func (f *Formatter) Path(path string) error {
	if path == "-" {
		return f.stdin()
	}
	files, err := manifest.Formattable(path)
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := f.file(file); err != nil {
			return err
		}
	}
	return nil
}

// file formats one file in place, unless it is in the canonical layout.
func (f *Formatter) file(path string) error {
	src, err := manifest.ReadSource(path)
	if err != nil {
		return err
	}
	want, ok := f.layout(path, src)
	if !ok || bytes.Equal(src, want) {
		return nil
	}
	f.Changed = true
	f.Out.Println(path)
	f.differences(path, src, want)
	if f.Check {
		return nil
	}
	return atomicfile.Replace(path, func(w io.Writer) error {
		_, err := w.Write(want)
		return err
	})
}

// stdin writes the formatted standard input to standard output.
func (f *Formatter) stdin() error {
	src, err := manifest.ReadSourceFrom(f.Stdin)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	want, ok := f.layout("<stdin>", src)
	if !ok {
		return nil
	}
	f.Changed = f.Changed || !bytes.Equal(src, want)
	switch {
	case f.Diff:
		f.differences("<stdin>", src, want)
	case f.Check && !bytes.Equal(src, want):
		f.Out.Println("<stdin>")
	case !f.Check:
		_, err = f.Out.Writer.Write(want)
	}
	return err
}

// layout returns the formatted text. If the text has syntax errors it shows them and
// returns false.
func (f *Formatter) layout(name string, src []byte) ([]byte, bool) {
	want, diagnostics := manifest.Format(name, src)
	f.Err.Diagnostics(diagnostics)
	f.Broken = f.Broken || diagnostics.HasErrors()
	return want, !diagnostics.HasErrors()
}

// differences shows a unified diff, if Diff is set.
func (f *Formatter) differences(name string, src, want []byte) {
	if !f.Diff {
		return
	}
	text := string(diff.Diff("old/"+name, src, "new/"+name, want))
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "diff ") {
			continue // patch does not need the command line
		}
		f.Out.Println(f.Out.Paint(diffColor(line), line))
	}
}

func diffColor(line string) string {
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		return term.Bold
	case strings.HasPrefix(line, "+"):
		return term.Green
	case strings.HasPrefix(line, "-"):
		return term.Red
	case strings.HasPrefix(line, "@@"):
		return term.Cyan
	}
	return ""
}

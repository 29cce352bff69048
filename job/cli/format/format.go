// Package format writes manifest files in the canonical layout, or says which would
// change.
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

// A Formatter goes through files and remembers what it found.
type Formatter struct {
	// Check lists files and changes none; Diff shows what changes.
	Check, Diff bool
	Stdin       io.Reader
	Out, Err    view.Printer
	// Broken says that a file has syntax errors and was left alone, Changed that the
	// layout of one was not the canonical one.
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

// file formats one file in its place. The canonical one is not written again.
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

// stdin writes the layout of standard input to standard output.
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

// layout is the canonical layout; false, and the mistakes are shown, when the
// text has syntax errors.
func (f *Formatter) layout(name string, src []byte) ([]byte, bool) {
	want, diagnostics := manifest.Format(name, src)
	f.Err.Diagnostics(diagnostics)
	f.Broken = f.Broken || diagnostics.HasErrors()
	return want, !diagnostics.HasErrors()
}

// differences shows a unified diff if one is wanted.
func (f *Formatter) differences(name string, src, want []byte) {
	if !f.Diff {
		return
	}
	text := string(diff.Diff("old/"+name, src, "new/"+name, want))
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "diff ") {
			continue // patch needs no command line
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

package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/view"
	"notifyaudit/job/manifest"
)

// fmtCommand writes manifests in the canonical layout.
func (p *program) fmtCommand() *cli.Command {
	return &cli.Command{
		Name:      "fmt",
		Usage:     "write the manifest's files in the canonical layout and list those that changed",
		ArgsUsage: "[PATH | -]...",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "check", Usage: "change nothing; list the files that need it and exit with 3 if there are any"},
			&cli.BoolFlag{Name: "diff", Usage: "show what changes as a unified diff"},
		},
		Action: p.format,
	}
}

func (p *program) format(c *cli.Context) error {
	g, err := p.globals(c)
	if err != nil {
		return err
	}
	paths := c.Args().Slice()
	if len(paths) == 0 {
		paths = []string{g.manifest}
	}
	f := &formatter{program: p, check: c.Bool("check"), diff: c.Bool("diff"), out: p.out, err: p.err}
	for _, path := range paths {
		if err := f.path(path); err != nil {
			return exit.With(exit.Config, fmt.Errorf("fmt: %w", err))
		}
	}
	switch {
	case f.broken:
		return exit.With(exit.Config, nil)
	case f.check && f.changed:
		return exit.With(exit.Incomplete, nil)
	}
	return nil
}

// A formatter goes through files and remembers what it found.
type formatter struct {
	program     *program
	out, err    view.Printer
	check, diff bool
	// broken: a file has syntax errors and was left alone. changed: a file's
	// layout was not the canonical one.
	broken, changed bool
}

// path formats a file, the files of a folder, or standard input.
func (f *formatter) path(path string) error {
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
func (f *formatter) file(path string) error {
	src, err := manifest.ReadSource(path)
	if err != nil {
		return err
	}
	want, ok := f.layout(path, src)
	if !ok || bytes.Equal(src, want) {
		return nil
	}
	f.changed = true
	f.out.Println(path)
	f.differences(path, src, want)
	if f.check {
		return nil
	}
	return atomicfile.Replace(path, func(w io.Writer) error {
		_, err := w.Write(want)
		return err
	})
}

// stdin writes the layout of standard input to standard output.
func (f *formatter) stdin() error {
	src, err := manifest.ReadSourceFrom(f.program.env.Stdin)
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	want, ok := f.layout("<stdin>", src)
	if !ok {
		return nil
	}
	f.changed = f.changed || !bytes.Equal(src, want)
	switch {
	case f.diff:
		f.differences("<stdin>", src, want)
	case f.check && !bytes.Equal(src, want):
		f.out.Println("<stdin>")
	case !f.check:
		_, err = f.out.Writer.Write(want)
	}
	return err
}

// layout is the canonical layout; false, and the mistakes are shown, when the
// text has syntax errors.
func (f *formatter) layout(name string, src []byte) ([]byte, bool) {
	want, diagnostics := manifest.Format(name, src)
	f.err.Diagnostics(diagnostics)
	f.broken = f.broken || diagnostics.HasErrors()
	return want, !diagnostics.HasErrors()
}

// differences shows a unified diff if one is wanted.
func (f *formatter) differences(name string, src, want []byte) {
	if !f.diff {
		return
	}
	text := string(diff.Diff("old/"+name, src, "new/"+name, want))
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "diff ") {
			continue // patch needs no command line
		}
		f.out.Println(f.out.Paint(diffColor(line), line))
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

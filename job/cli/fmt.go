package cli

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
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
	f := &formatter{program: p, check: c.Bool("check"), diff: c.Bool("diff"), out: p.screen(p.env.Stdout), err: p.screen(p.env.Stderr)}
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
	out, err    *screen
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
	f.out.println(path)
	f.differences(path, src, want)
	if f.check {
		return nil
	}
	return replaceFile(path, want)
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
		f.out.println("<stdin>")
	case !f.check:
		_, err = f.out.w.Write(want)
	}
	return err
}

// layout is the canonical layout; false, and the mistakes are shown, when the
// text has syntax errors.
func (f *formatter) layout(name string, src []byte) ([]byte, bool) {
	want, diagnostics := manifest.Format(name, src)
	f.err.diagnostics(diagnostics)
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
		f.out.println(f.out.paint(diffColor(line), line))
	}
}

func diffColor(line string) string {
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		return bold
	case strings.HasPrefix(line, "+"):
		return green
	case strings.HasPrefix(line, "-"):
		return red
	case strings.HasPrefix(line, "@@"):
		return cyan
	}
	return ""
}

// replaceFile puts text in the place of the file that path leads to: all of it or
// nothing, with the mode that the file had. A link stays one.
func replaceFile(path string, text []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	root, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return fmt.Errorf("open the folder of %s: %w", path, err)
	}
	defer func() { _ = root.Close() }()
	name := filepath.Base(target)
	info, err := root.Stat(name)
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	var suffix [6]byte
	_, _ = rand.Read(suffix[:]) // never fails
	temporary := "." + name + "." + hex.EncodeToString(suffix[:]) + partial
	err = writeWhole(root, temporary, text, info.Mode().Perm())
	if err == nil {
		err = root.Rename(temporary, name)
	}
	if err != nil {
		_ = root.Remove(temporary)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return syncFolder(root, ".")
}

// writeWhole writes a new file and has it on the disk. The mode is set after the
// making, which the umask takes from.
func writeWhole(root *os.Root, name string, text []byte, mode os.FileMode) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/manifest"
)

// newInitCommand returns init: write a manifest to start from.
func newInitCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "init",
		Usage: "write a commented starter manifest with a sample audience; never overwrites",
		Description: "Writes into the folder of --manifest (default: this folder). Then:\n\n" +
			"   notifyaudit --simulator apply -auto-approve",
		Action: initCommand{p}.run,
	}
}

type initCommand struct{ *program.Program }

func (p initCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	g, err := p.Globals(c)
	if err != nil {
		return err
	}
	if info, err := os.Stat(g.Manifest); err == nil && !info.IsDir() {
		return exit.Usagef("%s is a file: init writes into a folder", g.Manifest)
	}
	if err := os.MkdirAll(g.Manifest, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	old, err := filepath.Glob(filepath.Join(g.Manifest, "*.audit.hcl"))
	if err == nil && len(old) > 0 {
		return exit.With(exit.Failure, fmt.Errorf("there is a manifest already, %s: nothing was written", old[0]))
	}
	return p.writeStarter(g.Manifest)
}

// writeStarter writes the files of the starter, unless one of them exists.
func (p initCommand) writeStarter(folder string) error {
	files := manifest.Starter()
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(folder, name)); !errors.Is(err, fs.ErrNotExist) {
			return exit.With(exit.Failure, fmt.Errorf("%s is there already: nothing was written", filepath.Join(folder, name)))
		}
	}
	for _, name := range names {
		if err := writeNew(filepath.Join(folder, name), files[name]); err != nil {
			return err
		}
		p.Out.Printf("wrote %s\n", filepath.Join(folder, name))
	}
	where := ""
	if folder != "." {
		where = " --manifest " + folder
	}
	p.Err.Printf("\nTry it on the simulator, which needs no credential:\n\n  notifyaudit%s --simulator apply -auto-approve\n", where)
	return nil
}

// writeNew writes a file that must not exist.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write the starter: %w", err)
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

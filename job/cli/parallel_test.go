package cli_test

import (
	"flag"

	urfave "github.com/urfave/cli/v2"
)

// A sharedFlag is a flag of the library that all programs of this process share. Each
// use works on a copy: the library writes into it, and tests run programs side by side.
type sharedFlag struct{ *urfave.BoolFlag }

func (f sharedFlag) Apply(set *flag.FlagSet) error {
	own := *f.BoolFlag
	return own.Apply(set)
}

// copyHelpFlag makes the library's help flag safe for programs side by side.
func copyHelpFlag() {
	if help, is := urfave.HelpFlag.(*urfave.BoolFlag); is {
		urfave.HelpFlag = sharedFlag{help}
	}
}

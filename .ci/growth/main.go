// Command growth measures what the program's commands cost as an audit grows: CPU and
// peak memory of each command's process, a message or a person. .ci/bench/growth runs it.
//
// The API is `notifyaudit simulate` in a process of its own, so that the figures of
// apply are those of a client. Beside them stand a bare net/http loop, which is this
// program again, and the vendor's SDK, all asking the same questions of the same server:
// as fast as they go, and at the rate that apply is held to. A process that waits between
// its calls pays for every waking, whatever it does.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/time/rate"
)

// options are the command line.
type options struct {
	program, work, sdk string
	sizes              []int
	calls              int
	readers            int
	people             []crowd
	table, plot        string
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var o options
	flag.StringVar(&o.program, "program", "notifyaudit", "the program that is measured")
	flag.StringVar(&o.work, "work", ".", "folder for manifests, states and reports")
	flag.StringVar(&o.sdk, "sdk", "", "folder with the vendor's SDK and pool.mjs; empty leaves it out")
	flag.Func("messages", "how many messages, separated by commas (default 1000,10000)", func(text string) (err error) {
		o.sizes, err = counts(text)
		return err
	})
	flag.IntVar(&o.calls, "calls", 2_000, "how many one-page questions beside the bare loop; 0 leaves them out")
	flag.IntVar(&o.readers, "readers", 10_000, "readers of one message; 0 leaves it out")
	flag.Func("people", "people and messages to all of them, separated by commas (default 5000x10)", func(text string) (err error) {
		o.people, err = crowds(text)
		return err
	})
	flag.StringVar(&o.table, "table", "", "file for the tables (default: standard output)")
	flag.StringVar(&o.plot, "plot", "", "file for the plot, an SVG")
	ask := flag.String("ask", "", "ask the server at this URL about the -calls keys, and nothing else")
	pace := flag.Float64("pace", float64(rate.Inf), "at most so many questions a second, with -ask")
	flag.Parse()
	if o.sizes == nil {
		o.sizes = []int{1_000, 10_000}
	}
	if o.people == nil {
		o.people = []crowd{{people: 5_000, messages: 10}}
	}
	if *ask != "" {
		return askAll(ctx, *ask, o.calls, rate.Limit(*pace))
	}
	return measureAll(ctx, &o)
}

func counts(text string) ([]int, error) {
	all := []int{}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of messages", part)
		}
		all = append(all, n)
	}
	return all, nil
}

// A crowd is people and how many messages went to all of them.
type crowd struct{ people, messages int }

func crowds(text string) ([]crowd, error) {
	all := []crowd{}
	for part := range strings.SplitSeq(text, ",") {
		var c crowd
		if _, err := fmt.Sscanf(part, "%dx%d", &c.people, &c.messages); err != nil || c.people < 1 || c.messages < 1 {
			return nil, fmt.Errorf("%q is not PEOPLExMESSAGES, such as 5000x10", part)
		}
		all = append(all, c)
	}
	return all, nil
}

// measureAll measures the largest audits last.
func measureAll(ctx context.Context, o *options) (err error) {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	b := &bench{options: o, self: self, log: os.Stderr}
	if o.calls > 0 {
		if err := b.compare(ctx); err != nil {
			return err
		}
	}
	if o.readers > 0 {
		if err := b.series(ctx, manyReaders(o.readers), false); err != nil {
			return err
		}
	}
	for _, c := range o.people {
		if err := b.series(ctx, manyPeople(c.people, c.messages), false); err != nil {
			return err
		}
	}
	for _, n := range o.sizes {
		if err := b.series(ctx, manyMessages(n), true); err != nil {
			return err
		}
	}
	return b.write()
}

// write writes the tables and the plot.
func (b *bench) write() error {
	err := writeFile(b.table, func(w io.Writer) error { return writeTables(w, b.results) })
	if b.plot == "" || err != nil {
		return err
	}
	return writeFile(b.plot, func(w io.Writer) error { return writePlot(w, b.results) })
}

// writeFile writes a file; "" is standard output.
func writeFile(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(os.Stdout)
	}
	f, err := os.Create(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	out := bufio.NewWriter(f)
	if err := errors.Join(write(out), out.Flush(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

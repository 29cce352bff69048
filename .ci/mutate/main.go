// Command mutate takes out, one at a time, what the promises rest on, and demands
// that a test fails each time. It runs at the top of the repository and changes
// nothing there: go run .ci/mutate/main.go [-apply] [WORD].
//
// With WORD it runs only the mutants with the word in their heading. With -apply it
// only looks whether all apply.
//
// The files of .ci/mutate/list say what is taken out, in blocks:
//
//	# What is taken out, in a sentence.
//	@ FOLDER
//	-lines that are once in its files and those below, whole
//	+lines in their place; none to take them out
//	? PACKAGE TEST     the package whose tests find out, and a pattern of which
//
// A block may change more than one place: each begins with @ FOLDER. A mutant that
// no test notices, that does not compile or does not apply is an error.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A mutant is one block of a list.
type mutant struct {
	heading string
	places  []place
	pkg     string // ./FOLDER
	tests   string // a pattern, "." for all
}

// A place is one change.
type place struct{ folder, from, to string }

func main() {
	applyOnly := flag.Bool("apply", false, "only look whether all mutants apply")
	flag.Parse()
	if err := run(context.Background(), flag.Arg(0), *applyOnly); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, word string, applyOnly bool) error {
	lists, err := filepath.Glob(".ci/mutate/list/*")
	if err != nil {
		return err
	}
	var mutants []mutant
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			return err
		}
		parsed, err := parse(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", list, err)
		}
		mutants = append(mutants, parsed...)
	}
	scratch, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	overlays, failed := make([]string, len(mutants)), 0
	for i, m := range mutants { // what does not apply is told at once
		overlays[i], err = m.overlay(filepath.Join(scratch, strconv.Itoa(i)))
		if err != nil {
			failed++
			fmt.Fprintf(os.Stderr, "%s %v\n", m.heading, err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d mutants do not apply", failed, len(mutants))
	}
	if applyOnly {
		fmt.Printf("%d mutants apply\n", len(mutants))
		return nil
	}
	return try(ctx, mutants, overlays, word)
}

// try runs the chosen mutants.
func try(ctx context.Context, mutants []mutant, overlays []string, word string) error {
	chosen := func(m mutant) bool { return strings.Contains(m.heading, word) }
	sound := map[string][]string{}
	for _, m := range mutants {
		if chosen(m) && !slices.Contains(sound[m.pkg], m.tests) {
			sound[m.pkg] = append(sound[m.pkg], m.tests)
		}
	}
	for pkg, tests := range sound { // what fails without a mutant proves nothing
		if passed, output := test(ctx, pkg, strings.Join(tests, "|"), ""); !passed {
			return fmt.Errorf("%s fails as it is:\n%s", pkg, output)
		}
	}
	var (
		jobs     sync.WaitGroup
		room     = make(chan struct{}, runtime.NumCPU())
		mu       sync.Mutex
		ran      int
		survived []string
	)
	for i, m := range mutants {
		if !chosen(m) {
			continue
		}
		ran++
		room <- struct{}{}
		jobs.Go(func() {
			defer func() { <-room }()
			began := time.Now()
			passed, output := test(ctx, m.pkg, m.tests, overlays[i])
			verdict, killed := judge(passed, output)
			mu.Lock()
			defer mu.Unlock()
			fmt.Printf("%s %s (%s %s, %.0f s)\n", m.heading, verdict, m.pkg, m.tests, time.Since(began).Seconds())
			if !killed {
				survived = append(survived, m.heading)
				fmt.Println(output)
			}
		})
	}
	jobs.Wait()
	if ran == 0 {
		return fmt.Errorf("no heading has %q", word)
	}
	if len(survived) > 0 {
		return fmt.Errorf("%d of %d mutants survived:\n%s", len(survived), ran, strings.Join(survived, "\n"))
	}
	fmt.Printf("%d mutants, none survived\n", ran)
	return nil
}

// test runs a package's tests; their programs are built with the overlay too.
func test(ctx context.Context, pkg, tests, overlay string) (passed bool, output string) {
	cmd := exec.CommandContext(ctx, "go", "test", "-vet=off", "-failfast", "-timeout=120s", "-run", tests, pkg)
	cmd.Env = os.Environ()
	if overlay != "" {
		cmd.Env = append(cmd.Env, "GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+overlay)
	}
	out, err := cmd.CombinedOutput()
	return err == nil, string(out)
}

var (
	noBuild = regexp.MustCompile(`(?m)\[(build|setup) failed\]$`)
	killer  = regexp.MustCompile(`(?m)^(?:\s*--- FAIL: |panic: test timed out|fatal error: )(\S*)`)
)

// judge says what became of a mutant.
func judge(passed bool, output string) (verdict string, killed bool) {
	switch m := killer.FindStringSubmatch(output); {
	case passed:
		return "SURVIVED.", false
	case noBuild.MatchString(output):
		return "DOES NOT COMPILE.", false
	case m == nil || m[1] == "":
		return "Killed by the end of the tests' process.", true
	default:
		return "Killed by " + m[1] + ".", true
	}
}

// overlay writes the changed files into a folder, and what -overlay reads.
func (m mutant) overlay(folder string) (path string, err error) {
	changed := map[string]string{} // by file
	for _, p := range m.places {
		file, text, err := p.find(changed)
		if err != nil {
			return "", err
		}
		changed[file] = strings.Replace(text, p.from, p.to, 1)
	}
	replace := map[string]string{}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	for file, text := range changed {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		copied := filepath.Join(folder, strings.ReplaceAll(file, string(filepath.Separator), "-"))
		if err := os.WriteFile(copied, []byte(strings.TrimPrefix(text, "\n")), 0o600); err != nil {
			return "", err
		}
		replace[absolute] = copied
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path = filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, data, 0o600)
}

// find returns the one file that has the place, and its text behind a line feed.
func (p place) find(changed map[string]string) (file, text string, err error) {
	found := 0
	err = filepath.WalkDir(p.folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		now, ok := changed[name]
		if !ok {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			now = "\n" + string(data)
		}
		if n := strings.Count(now, p.from); n > 0 {
			found += n
			file, text = name, now
		}
		return nil
	})
	if err == nil && found != 1 {
		err = fmt.Errorf("its lines are in %s %d times:%s", p.folder, found, strings.TrimSuffix(p.from, "\n"))
	}
	return file, text, err
}

// parse reads a list.
func parse(list string) ([]mutant, error) {
	var (
		all  []mutant
		m    mutant
		scan = bufio.NewScanner(bytes.NewReader([]byte(list)))
	)
	for scan.Scan() {
		line := scan.Text()
		mark, rest := "", ""
		if line != "" {
			mark, rest = line[:1], strings.TrimPrefix(line[1:], " ")
		}
		last := len(m.places) - 1
		switch {
		case line == "":
		case mark == "#":
			m.heading = strings.TrimSpace(m.heading + " " + rest)
		case mark == "@":
			m.places = append(m.places, place{folder: rest, from: "\n", to: "\n"})
		case mark == "-" && last >= 0:
			m.places[last].from += line[1:] + "\n"
		case mark == "+" && last >= 0:
			m.places[last].to += line[1:] + "\n"
		case mark == "?" && last >= 0 && m.heading != "":
			var ok bool
			if m.pkg, m.tests, ok = strings.Cut(rest, " "); !ok {
				m.tests = "."
			}
			all, m = append(all, m), mutant{}
		default:
			return nil, fmt.Errorf("can't read the line: %s", line)
		}
	}
	if m.heading != "" || len(m.places) > 0 {
		return nil, errors.New("the last block has no line with ?")
	}
	return all, scan.Err()
}

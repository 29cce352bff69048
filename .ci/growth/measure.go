package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A result is what one command cost.
type result struct {
	workload

	command string
	// cpu is of the process, user and system; elapsed is on the wall.
	cpu, elapsed time.Duration
	// peak is the most memory that the process had, in bytes.
	peak int64
}

// perUnit is the CPU of one unit of the workload, in microseconds.
func (r *result) perUnit() float64 {
	return float64(r.cpu) / float64(time.Microsecond) / float64(r.units)
}

// bench runs workloads and keeps what they cost.
type bench struct {
	*options

	self    string
	log     io.Writer
	results []result
}

// series measures the commands on a workload, each in a process of its own. Whole ones
// have every command, others those whose cost depends on people.
func (b *bench) series(ctx context.Context, w workload, whole bool) error {
	folder, server, err := b.stage(ctx, &w)
	if err != nil {
		return err
	}
	defer server.stop()
	export := filepath.Join(b.work, "export.jsonl")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"plan, all new", []string{"plan"}},
		{"apply", []string{"apply", "-auto-approve"}},
		{"plan, nothing changed", []string{"plan"}},
		{"report", []string{"report"}},
		{"show", []string{"show"}},
		{"state export", []string{"state", "export", "-o", export}},
		{"state import", []string{"--data-dir", filepath.Join(folder, "restored"), "state", "import", export}},
	} {
		if !whole && c.args[0] == "plan" {
			continue
		}
		if err := b.measure(ctx, w, c.name, b.program, slices.Concat([]string{"--manifest", folder}, c.args)...); err != nil {
			return err
		}
	}
	return nil
}

// stage writes a workload's manifest into an empty folder and starts its server.
func (b *bench) stage(ctx context.Context, w *workload) (folder string, s *server, err error) {
	if folder, err = emptied(filepath.Join(b.work, "audit")); err != nil {
		return "", nil, err
	}
	if s, err = b.serve(ctx, w); err != nil {
		return "", nil, err
	}
	if err := w.write(folder, s.url, time.Now()); err != nil {
		s.stop()
		return "", nil, err
	}
	return folder, s, nil
}

// compare measures one-page questions: of the bare loop, of apply, which also plans,
// records and reports, and of the vendor's SDK. First as fast as they go, which is the
// median of some rounds since they take a second, then at the rate that apply reaches.
func (b *bench) compare(ctx context.Context) error {
	full := manyQuestions(min(b.calls, unbound), unboundProviders, "unpaced")
	for range rounds {
		if err := b.withServer(ctx, full, func(folder, url string) error { return b.round(ctx, full, folder, url) }); err != nil {
			return err
		}
	}
	b.results = medians(b.results)
	paced := manyQuestions(b.calls, providers, "paced")
	return b.withServer(ctx, paced, func(folder, url string) error {
		if err := b.apply(ctx, paced, folder); err != nil {
			return err
		}
		perSecond := float64(paced.rows) / b.results[len(b.results)-1].elapsed.Seconds()
		name := fmt.Sprintf("%s, %.0f a second", bareLoop, perSecond)
		return b.loop(ctx, paced, url, name, "-pace", strconv.FormatFloat(perSecond, 'f', -1, 64))
	})
}

// rounds is how often clients are compared as fast as they go.
const rounds = 7

// round measures each client once.
func (b *bench) round(ctx context.Context, w workload, folder, url string) error {
	if err := b.loop(ctx, w, url, bareLoop); err != nil {
		return err
	}
	if err := b.apply(ctx, w, folder); err != nil || b.sdk == "" {
		return err
	}
	return b.measure(ctx, w, "vendor's TypeScript SDK", "node", filepath.Join(b.sdk, "pool.mjs"), url, strconv.Itoa(w.rows))
}

// medians keeps one result a command, that with the median of the CPU.
func medians(all []result) []result {
	var kept []result
	for _, command := range commandsOf(all) {
		of := slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.command != command })
		slices.SortFunc(of, func(a, b result) int { return cmp.Compare(a.cpu, b.cpu) })
		kept = append(kept, of[len(of)/2])
	}
	return kept
}

// withServer runs what asks a server about a workload, whose manifest is in folder.
func (b *bench) withServer(ctx context.Context, w workload, run func(folder, url string) error) error {
	folder, server, err := b.stage(ctx, &w)
	if err != nil {
		return err
	}
	defer server.stop()
	return run(folder, server.url)
}

func (b *bench) apply(ctx context.Context, w workload, folder string) error {
	return b.measure(ctx, w, "apply", b.program, "--manifest", folder, "apply", "-auto-approve")
}

func (b *bench) loop(ctx context.Context, w workload, url, name string, args ...string) error {
	return b.measure(ctx, w, name, b.self, slices.Concat(args, []string{"-ask", url, "-calls", strconv.Itoa(w.rows)})...)
}

// bareLoop begins the name of what the others are compared with.
const bareLoop = "bare net/http loop"

// measure runs one command, whose failure ends the measurement.
func (b *bench) measure(ctx context.Context, w workload, name, program string, args ...string) error {
	command := exec.CommandContext(ctx, program, args...)
	var said strings.Builder
	command.Stdout, command.Stderr = io.Discard, &said
	began := time.Now()
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s of %s: %w\n%s", name, w.title, err, said.String())
	}
	state := command.ProcessState
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system doesn't tell what a process used")
	}
	r := result{
		workload: w, command: name, elapsed: time.Since(began),
		cpu: state.UserTime() + state.SystemTime(), peak: usage.Maxrss << 10, // KiB on Linux
	}
	b.results = append(b.results, r)
	fmt.Fprintf(b.log, "%-32s %-24s %9.2f s CPU %9.2f s %9.1f µs a %s %6d MiB\n",
		w.title, name, r.cpu.Seconds(), r.elapsed.Seconds(), r.perUnit(), w.unit, r.peak>>20)
	return nil
}

// A server is a running `notifyaudit simulate`.
type server struct {
	url     string
	command *exec.Cmd
}

// serve starts a server that answers about a workload.
func (b *bench) serve(ctx context.Context, w *workload) (*server, error) {
	scenario := filepath.Join(b.work, "scenario.json")
	if err := w.writeScenario(scenario); err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, b.program, "--scenario", scenario, "simulate", "-listen", "127.0.0.1:0")
	command.Stderr = b.log
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	s := &server{command: command}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := strings.Index(lines.Text(), "http://127.0.0.1:"); at >= 0 {
			s.url, _, _ = strings.Cut(lines.Text()[at:], " ")
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s, nil
		}
	}
	s.stop()
	return nil, errors.New("the server printed no address")
}

func (s *server) stop() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait() // it was killed
}

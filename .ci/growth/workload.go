package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A workload is an audit of some size.
type workload struct {
	// kind groups workloads in a table, title names one in its row.
	kind, title string
	// units are what the figures are divided by: messages, readers, or people times
	// messages. unit is the word for it.
	units int
	unit  string
	// rows are messages with one recipient each, as rows of a table.
	rows int
	// providers are the credentials that share the messages.
	providers int
	// people are in the roster; toEverybody are messages to all of them.
	people, toEverybody int
	// readers is the readers of each message to everybody.
	readers int
}

func manyMessages(n int) workload {
	return workload{kind: "messages", title: grouped(n) + " messages", units: n, unit: "message", rows: n, providers: providers, people: min(n, 5_000)}
}

// manyQuestions are messages that clients are compared with.
func manyQuestions(n, providers int, title string) workload {
	w := manyMessages(n)
	w.kind, w.title, w.unit, w.providers = "calls", grouped(n)+" one-page questions, "+title, "question", providers
	return w
}

func manyReaders(n int) workload {
	return workload{kind: "people", title: "1 message, " + grouped(n) + " readers", units: n, unit: "reader", providers: providers, people: n, toEverybody: 1, readers: n}
}

func manyPeople(people, messages int) workload {
	return workload{
		kind: "people", title: fmt.Sprintf("%s people × %d messages", grouped(people), messages),
		units: people * messages, unit: "person and message", providers: providers, people: people, toEverybody: messages, readers: people / 2,
	}
}

const (
	// providers have together 1,000 calls a second. That is no limit that matters where a
	// process asks more than unbound times, since it asks at most 9,000 times in 20 s.
	providers = 2
	// unboundProviders have together more calls a second than two cores can make.
	unboundProviders = 16
	// unbound is how often a process may ask without that ceiling, and some room.
	unbound = 8_500
)

// write writes the audit into a folder. The API is at endpoint.
func (w *workload) write(folder, endpoint string, now time.Time) error {
	for name, write := range map[string]func(out *bufio.Writer){
		"growth.audit.hcl": func(out *bufio.Writer) { w.writeManifest(out, endpoint, now) },
		"messages.csv":     func(out *bufio.Writer) { w.writeRows(out, now) },
		"staff.csv":        w.writePeople,
	} {
		err := writeFile(filepath.Join(folder, name), func(f io.Writer) error {
			out := bufio.NewWriter(f)
			write(out)
			return out.Flush()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *workload) writeManifest(out io.Writer, endpoint string, now time.Time) {
	fmt.Fprint(out, `audit {
  title = "Growth"
  backend "sqlite" { path = "audit.db" }
}
audience "staff" { source = "staff.csv" }
report "excel" { path = "out/growth.xlsx" }
report "csv" { directory = "out/csv" }
report "json" { path = "out/growth.json" }
`)
	for i := range w.providers {
		fmt.Fprintf(out, `provider "dingtalk" {
  alias      = "p%d"
  endpoint   = %q
  app_key    = "dinggrowth%d"
  app_secret = "for-the-simulator-only"
  limit {
    requests_per_second = 500
    requests_per_month  = 0
    max_in_flight       = 16
  }
}
`, i, endpoint, i)
	}
	if w.rows > 0 {
		fmt.Fprint(out, `messages "notices" {
  source   = "messages.csv"
  roster   = audience.staff
}
`)
	}
	for i := range w.toEverybody {
		fmt.Fprintf(out, `message "notice%d" {
  kind              = "group"
  provider          = dingtalk.p%d
  process_query_key = %q
  sent_at           = %q
  audience          = audience.staff
}
`, i, i%w.providers, everybodyKey(i), now.Add(-24*time.Hour).Format(time.RFC3339))
	}
}

func (w *workload) writeRows(out *bufio.Writer, now time.Time) {
	_, _ = out.WriteString("process_query_key,provider,title,sent_at,audience,campaign\n")
	if w.rows == 0 {
		_, _ = out.WriteString("unused,dingtalk.p0,,,,\n")
	}
	for i := range w.rows {
		fmt.Fprintf(out, "%s,dingtalk.p%d,Notice %d of November,%s,%s,campaign %d\n",
			rowKey(i), i%w.providers, i, now.Add(-time.Duration(i%500+1)*time.Hour).Format(time.RFC3339), userID(i%w.people), i%20)
	}
}

func (w *workload) writePeople(out *bufio.Writer) {
	_, _ = out.WriteString("user_id,name,department\n")
	for i := range w.people {
		fmt.Fprintf(out, "%s,Person %d,Department %d\n", userID(i), i, i%50)
	}
}

// writeScenario writes what the server answers about the messages to everybody: it makes
// up the readers, the first of the people.
func (w *workload) writeScenario(path string) error {
	return writeFile(path, func(out io.Writer) error {
		var messages []string
		for i := range w.toEverybody {
			messages = append(messages, fmt.Sprintf(`{"kind": "group", "key": %q, "reader_count": %d}`, everybodyKey(i), w.readers))
		}
		_, err := fmt.Fprintf(out, "{\"ban_after\": -1, \"messages\": [\n%s\n]}\n", strings.Join(messages, ",\n"))
		return err
	})
}

func rowKey(i int) string { return fmt.Sprintf("KnaGrowth%09d=", i) }

func everybodyKey(i int) string { return fmt.Sprintf("KnaEverybody%04d=", i) }

// userID is what the server calls the people that it makes up.
func userID(i int) string { return fmt.Sprintf("user%04d", i+1) }

// grouped is a number with its thousands apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// emptied makes a folder anew.
func emptied(path string) (string, error) {
	if err := os.RemoveAll(path); err != nil {
		return "", fmt.Errorf("empty a folder: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", fmt.Errorf("make a folder: %w", err)
	}
	return path, nil
}

package cli_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
)

// A trap answers one query with what no client should bear.
type trap struct {
	answer func(w http.ResponseWriter, q trapQuery)
	status job.Status
	class  job.ErrorClass
	// says is in the reason that the report gives.
	says string
	// long is left to the long form.
	long bool
}

type trapQuery struct {
	Key       string `json:"processQueryKey"`
	NextToken string `json:"nextToken"`
}

func (q trapQuery) page() int {
	n, _ := strconv.Atoi(q.NextToken)
	return n
}

// head begins an answer of 200.
func head(w http.ResponseWriter, header ...string) {
	w.Header().Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		w.Header().Set(header[i], header[i+1])
	}
	w.WriteHeader(http.StatusOK)
}

// pour writes a text until nobody reads it any more, at most n bytes of it.
func pour(w io.Writer, n int, text string) {
	many := []byte(strings.Repeat(text, 1+(1<<16)/len(text)))
	for n > 0 {
		part := min(n, len(many))
		if _, err := w.Write(many[:part]); err != nil {
			return
		}
		n -= part
	}
}

// body is a trap that begins an answer, goes on with a text for so many bytes,
// and ends it.
func body(begin string, n int, text, end string) func(http.ResponseWriter, trapQuery) {
	return func(w http.ResponseWriter, _ trapQuery) {
		head(w)
		_, _ = io.WriteString(w, begin)
		pour(w, n, text)
		_, _ = io.WriteString(w, end)
	}
}

// pages is a trap of pages without end, each with so many ids of which none came
// before, and the token that next makes.
func pages(ids, length int, next func(page int) string) func(http.ResponseWriter, trapQuery) {
	return func(w http.ResponseWriter, q trapQuery) {
		head(w)
		readers := make([]string, ids)
		for i := range readers {
			readers[i] = fmt.Sprintf("%0*d", length, q.page()*ids+i)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"sendStatus": "SUCCESS", "hasMore": true, "readUserIds": readers, "nextToken": next(q.page()),
		})
	}
}

// zipped is 2 GB that are 2 MB on the wire.
func zipped() func(http.ResponseWriter, trapQuery) {
	var small bytes.Buffer
	z, _ := gzip.NewWriterLevel(&small, gzip.BestSpeed)
	pour(z, 1<<20, " ")
	_ = z.Flush()
	chunk := bytes.Clone(small.Bytes()[10:]) // behind gzip's own header
	begin := small.Bytes()[:10]
	return func(w http.ResponseWriter, _ trapQuery) {
		head(w, "Content-Encoding", "gzip")
		_, _ = w.Write(begin)
		for range 2 << 10 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
}

// raw is a trap that writes what it likes to the connection, line by line until
// nobody listens, and then keeps it open.
func raw(begin string, n int, line string) func(http.ResponseWriter, trapQuery) {
	return func(w http.ResponseWriter, _ trapQuery) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		_, _ = io.WriteString(conn, begin)
		pour(conn, n, line)
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.Copy(io.Discard, conn)
	}
}

// drip is a trap whose body comes a byte at a time, for ever.
func drip(w http.ResponseWriter, _ trapQuery) {
	head(w)
	for {
		_, err := io.WriteString(w, " ")
		if err = errors.Join(err, http.NewResponseController(w).Flush()); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func next(page int) string { return strconv.Itoa(page + 1) }

// traps are what a hostile server can answer (row 11 of the faults and attacks).
func traps() map[string]trap {
	const good = `{"sendStatus":"SUCCESS","hasMore":false,"readUserIds":["u1","u2"]}`
	const incomplete, failed = job.StatusIncomplete, job.StatusFailed
	const unbelieved, transient = job.ClassUnbelieved, job.ClassTransient
	return map[string]trap{
		"good":             {answer: body(good, 0, " ", ""), status: job.StatusCurrent},
		"endless":          {pages(200, 64, next), incomplete, unbelieved, "still more, far beyond the audience", false},
		"endless-unknown":  {pages(200, 64, next), incomplete, unbelieved, "after 5000 pages with 1000000 readers", true},
		"looping":          {pages(200, 64, func(int) string { return "7" }), incomplete, unbelieved, "go round in a circle", false},
		"empty-pages":      {pages(0, 1, next), incomplete, unbelieved, "three pages in a row brought no new reader", false},
		"same-pages":       {pages(200, 64, func(int) string { return "-" }), incomplete, unbelieved, "", false},
		"five-million-ids": {body(`{"sendStatus":"SUCCESS","hasMore":false,"readUserIds":["a"`, 20_000_000, `,"a"`, `]}`), incomplete, unbelieved, "more than 1048576 bytes", false},
		"many-ids":         {body(`{"sendStatus":"SUCCESS","hasMore":false,"readUserIds":["a"`, 400_000, `,"a"`, `]}`), incomplete, unbelieved, "more than 1000 ids", false},
		"gzip":             {zipped(), incomplete, unbelieved, "more than 1048576 bytes", false},
		"drip":             {drip, failed, transient, "in time", false},
		"deep":             {body(`{"sendStatus":"SUCCESS","hasMore":false,"x":`, 1_000_000, "[", ""), incomplete, unbelieved, "not JSON", false},
		"deep-and-closed": {func(w http.ResponseWriter, _ trapQuery) {
			head(w)
			_, _ = io.WriteString(w, `{"sendStatus":"SUCCESS","hasMore":false,"x":`+strings.Repeat("[", 400_000)+strings.Repeat("]", 400_000)+"}")
		}, incomplete, unbelieved, "not JSON", false},
		"number":             {body(`{"sendStatus":"SUCCESS","hasMore":1`, 900_000, "9", `,"readUserIds":[]}`), incomplete, unbelieved, "hasMore", false},
		"exponent":           {body(`{"sendStatus":"SUCCESS","hasMore":false,"readUserIds":[1e999999999]}`, 0, " ", ""), incomplete, unbelieved, "id 1", false},
		"code":               {body(`{"code":1e999999999,"message":"`, 900_000, `\u202e\u001b]0;x`, `"}`), incomplete, unbelieved, "", false},
		"long-key":           {body(`{"sendStatus":"SUCCESS","hasMore":false,"`, 900_000, "k", `":1,"readUserIds":["a"]}`), job.StatusCurrent, "", "", false},
		"white-space":        {body(" ", 1<<30, " \n", ""), incomplete, unbelieved, "more than 1048576 bytes", false},
		"web-page":           {body("<html><title>", 1<<30, "x", ""), incomplete, unbelieved, "more than 1048576 bytes", false},
		"headers":            {raw("HTTP/1.1 200 OK\r\n", 64<<20, "X-Filler: "+strings.Repeat("x", 1000)+"\r\n"), failed, transient, "header", false},
		"header":             {raw("HTTP/1.1 200 OK\r\nX-Filler: ", 64<<20, "x"), failed, transient, "header", false},
		"status-line":        {raw("HTTP/1.1 200 ", 64<<20, "x"), failed, transient, "", false},
		"informational":      {raw("", 64<<20, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), failed, transient, "", false},
		"trailers":           {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n1\r\n{\r\n0\r\n", 64<<20, "X: "+strings.Repeat("x", 1000)+"\r\n"), failed, transient, "", false},
		"chunk-size":         {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 64<<20, "0"), failed, transient, "", false},
		"length":             {raw("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{", 0, " "), failed, transient, "in time", false},
		"length-and-more":    {raw("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n{", 64<<20, " "), incomplete, unbelieved, "more than 1048576 bytes", false},
		"length-of-eternity": {raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{", 0, " "), failed, transient, "", false},
		"silence":            {raw("", 0, " "), failed, transient, "in time", false},
	}
}

// TestHostileAnswers is row 11 of the faults and attacks: one run of the real
// program against a server of traps, over real HTTP.
func TestHostileAnswers(t *testing.T) {
	if longtest.UnderRace {
		t.Skip("the race detector has nothing to find here")
	}
	t.Parallel() // it mostly waits
	all := traps()
	var names []string
	for name, trap := range all {
		if !trap.long || longtest.Enabled() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q trapQuery
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		all[q.Key].answer(w, q)
	}))
	defer server.Close()
	dir := t.TempDir()
	put(t, dir, "main.audit.hcl", trapManifest(server.URL, names))
	idle := idleMemory(t, dir)
	s := spend(t, dir, "apply", "-auto-approve")
	s.withinBounds(t, idle)
	if s.status != 3 {
		t.Fatalf("exit status %d\n%s", s.status, s.output)
	}
	r := readReport(t, filepath.Join(dir, "traps.json"))
	for _, m := range r.Messages {
		want, got := all[m.ProcessQueryKey], trap{status: m.Status}
		reason := ""
		if m.Error != nil {
			got.class, reason = m.Error.Class, *m.Error.Message
		}
		if diff := cmp.Diff([]string{string(want.status), string(want.class)}, []string{string(got.status), string(got.class)}); diff != "" {
			t.Errorf("%s: %s\n%s", m.ProcessQueryKey, reason, diff)
		}
		if !strings.Contains(reason, want.says) || len(reason) > 1000 || strings.ContainsAny(reason, "\x1b\u202e") {
			t.Errorf("%s: the reason is %.300q, want %q in it", m.ProcessQueryKey, reason, want.says)
		}
		if wrong := m.Readers != nil && want.status != job.StatusCurrent; wrong {
			t.Errorf("%s: %d readers of an answer that nobody should believe", m.ProcessQueryKey, *m.Readers)
		}
	}
	if len(r.Messages) != len(names) {
		t.Errorf("%d messages in the report, want %d", len(r.Messages), len(names))
	}
}

func trapManifest(url string, names []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `
provider "dingtalk" {
  endpoint     = %q
  access_token = "t"
  limit {
    requests_per_second = 500
    max_in_flight       = 20
    requests_per_month  = 0
  }
  retry {
    max_attempts = 2
    min_backoff  = "1ms"
    max_backoff  = "10ms"
  }
  timeout = "2s"
}
report "json" { path = "traps.json" }
report "csv" { directory = "csv" }
report "excel" { path = "traps.xlsx" }
`, url)
	for _, name := range names {
		size := "audience = 300"
		if strings.HasSuffix(name, "unknown") {
			size = ""
		}
		fmt.Fprintf(&b, "message %q {\n  kind = \"group\"\n  process_query_key = %q\n  %s\n}\n", strings.ReplaceAll(name, "-", "_"), name, size)
	}
	return b.String()
}

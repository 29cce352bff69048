package excel

import (
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"notifyaudit/job/longtest"
	"notifyaudit/report"
)

// bulk is a sheet of eight columns like Detail. Its rows share one slice and
// hold strings made once.
func bulk(count int) *report.Sheet {
	at := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	var names [1000]string
	for i := range names {
		names[i] = fmt.Sprintf("Person %d 员工", i)
	}
	return &report.Sheet{
		Key: "detail", Title: "Detail",
		Columns: []report.Column{
			{Key: "campaign", Label: "Campaign"},
			{Key: "title", Label: "Title"},
			{Key: "name", Label: "Name"},
			{Key: "user_id", Label: "User ID", Type: report.TypeID},
			{Key: "state", Label: "State"},
			{Key: "seen", Label: "First seen", Type: report.TypeTime},
			{Key: "n", Label: "N", Type: report.TypeInteger},
			{Key: "rate", Label: "Rate", Type: report.TypeRate, Bar: true},
		},
		Rows: rows(count, func(i int) []report.Cell {
			return []report.Cell{
				report.Text("q4"), report.Text("Benefits enrolment opens & closes"), report.Text(names[i%1000]), report.Text("0123456789"),
				report.Text("unread"), report.Time(at.Add(time.Duration(i) * time.Second)), report.Integer(i), report.Number(float64(i%1000)/1000, true),
			}
		}),
		Count: count, Empty: "none",
	}
}

// heapWatch is a scratch in a file. It notes the largest heap seen meanwhile.
type heapWatch struct {
	*os.File

	largest       *uint64
	written, next uint64
}

func (w *heapWatch) Write(b []byte) (int, error) {
	if w.written += uint64(len(b)); w.written >= w.next {
		w.next = w.written + 64<<10
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		*w.largest = max(*w.largest, stats.HeapAlloc)
	}
	return w.File.Write(b)
}

// TestMemoryIsBounded is not parallel: it looks at the whole heap. Two sheets are
// written at the same time.
//
//nolint:paralleltest // see above
func TestMemoryIsBounded(t *testing.T) {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var largest uint64
	scratch := func() Scratch {
		file, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		return &heapWatch{File: file, largest: &largest}
	}
	one, other := bulk(longtest.N(20_000, 100_000)), bulk(longtest.N(20_000, 100_000))
	other.Key = "people"
	wb := &report.Workbook{Sheets: []*report.Sheet{one, other}}
	wb.Stream = func(int) iter.Seq2[report.Row, error] {
		return func(yield func(report.Row, error) bool) {
			for cells, err := range one.Rows() {
				for _, s := range wb.Sheets {
					if !yield(report.Row{Sheet: s, Cells: cells}, err) {
						return
					}
				}
			}
		}
	}
	if err := Write(io.Discard, wb, scratch); err != nil {
		t.Fatal(err)
	}
	const bound = 24 << 20
	if grown := int64(largest) - int64(before.HeapAlloc); largest == 0 || grown > bound {
		t.Errorf("the heap grew by %d bytes, at most %d wanted", grown, bound)
	}
}

// The benchmarks write the same rows to a file each. .ci/bench/compare runs them
// beside other programs' writers.

func BenchmarkWrite(b *testing.B) {
	benchmark(b, func(w io.Writer, sheet *report.Sheet) error {
		return Write(w, &report.Workbook{Sheets: []*report.Sheet{sheet}}, nil)
	})
}

// BenchmarkFloor writes the cells alone, with nothing around them that a workbook
// can do without.
func BenchmarkFloor(b *testing.B) { benchmark(b, floor) }

// BenchmarkStreamWriter writes with excelize's own stream, as one usually would.
func BenchmarkStreamWriter(b *testing.B) { benchmark(b, stream) }

// BenchmarkCSV writes what no workbook can be faster than.
func BenchmarkCSV(b *testing.B) { benchmark(b, writeCSV) }

func benchmark(b *testing.B, write func(io.Writer, *report.Sheet) error) {
	b.Helper()
	for _, count := range []int{200_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", count), func(b *testing.B) {
			sheet := bulk(count)
			path := filepath.Join(b.TempDir(), "report")
			for b.Loop() {
				if err := writeFile(path, sheet, write); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(count)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(peakMemory(b), "peak-MiB")
		})
	}
}

func writeFile(path string, sheet *report.Sheet, write func(io.Writer, *report.Sheet) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(file, sheet); err != nil {
		_ = file.Close() // the first error is the one to tell
		return err
	}
	return file.Close()
}

// peakMemory is the most memory that the process has had so far, in MiB; 0 where
// the system doesn't say. It is a writer's own in a process that ran it alone.
func peakMemory(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kib, found := strings.CutPrefix(line, "VmHWM:"); found {
			n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kib), " kB"), 64)
			if err != nil {
				b.Fatal(err)
			}
			return n / 1024
		}
	}
	return 0
}

func stream(w io.Writer, sheet *report.Sheet) error {
	file := excelize.NewFile()
	out, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	values, row := make([]any, len(sheet.Columns)), 1
	for cells, err := range sheet.Rows() {
		if err != nil {
			return err
		}
		for i := range cells {
			values[i] = nil
			if text, ok := cells[i].Text(); ok {
				values[i] = text
			} else if n, ok := cells[i].Number(); ok {
				values[i] = n
			} else if at, ok := cells[i].Time(); ok {
				values[i] = at
			}
		}
		if err := out.SetRow(cellName(1, row), values); err != nil {
			return err
		}
		row++
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := file.Write(w); err != nil {
		return err
	}
	return file.Close()
}

// Package origin tells which files this program wrote, by what is in them: only those
// are replaced. A workbook keeps its mark when a spreadsheet program saves it.
package origin

import (
	"archive/zip"
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/plan"
	"notifyaudit/job/table/textfile"
	"notifyaudit/report/csv"
)

// The kinds of files beside the formats of reports, which are excel, csv, json, html
// and markdown.
const (
	Plan         = "plan"
	StateExport  = "state export"
	PersonExport = "person export"
	Metrics      = "metrics"
)

// MarkdownMark ends the file of a Markdown report. A report that goes to standard
// output or into a chat has none.
const MarkdownMark = "<!-- notifyaudit -->"

// creator is the creator in the properties of a workbook, which spreadsheet programs
// keep. generator is the mark of a page.
const (
	creator   = "notifyaudit"
	generator = `<meta name="generator" content="notifyaudit `
)

// Check returns nil if a file of a kind may be put at path: there is nothing, an empty
// file, a link to a file, which would be replaced and not followed, or a file of this
// kind that the program wrote. Else the error says what is there.
func Check(kind, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("can't be looked at: %w", bare(err))
	}
	if info.Mode().Type() == fs.ModeSymlink {
		if info, err = os.Stat(path); err != nil || info.Mode().IsRegular() {
			return nil
		}
	}
	switch {
	case info.IsDir():
		return errors.New("is a folder")
	case !info.Mode().IsRegular():
		return errors.New("is a device or a pipe")
	case info.Size() == 0:
		return nil
	}
	f, err := atomicfile.Open(path)
	if err != nil {
		return fmt.Errorf("can't be read, so it is not known whose it is: %w", bare(err))
	}
	defer func() { _ = f.Close() }()
	if !wrote(kind, f, info.Size()) {
		return fmt.Errorf("is not %s of notifyaudit, and is left alone", noun(kind))
	}
	return nil
}

// bare is an error without the path that is named already.
func bare(err error) error {
	if e, found := errors.AsType[*fs.PathError](err); found {
		return e.Err
	}
	return err
}

func noun(kind string) string {
	switch kind {
	case "excel":
		return "an Excel report"
	case "csv":
		return "a file of a CSV report"
	case "json":
		return "a JSON report"
	case "html":
		return "an HTML report"
	case "markdown":
		return "a Markdown report"
	case Plan:
		return "a saved plan"
	case Metrics:
		return "a textfile of metrics"
	}
	return "a " + kind
}

// wrote reports whether the program wrote a file as one of this kind.
func wrote(kind string, f *os.File, size int64) bool {
	const (
		head = 16 << 10 // of a page
		most = 1 << 20  // of a text whose mark is at the end
	)
	switch kind {
	case "excel":
		return madeWorkbook(f, size)
	case "csv":
		return csv.IsHeader(header(f)) || isSending(f)
	case "json":
		return begins(f, "format_version", "audit")
	case "html":
		return contains(f, head, generator)
	case "markdown":
		return contains(f, most, MarkdownMark)
	case Plan:
		_, err := plan.ReadFile(f)
		return err == nil || errors.Is(err, plan.ErrOtherFormat)
	case StateExport:
		return begins(f, "type", "format_version", "lineage")
	case Metrics:
		return contains(f, head, "# HELP notifyaudit_")
	case PersonExport:
		return begins(f, "format_version", "exported_at", "user_id")
	}
	return false
}

// isSending reports whether a file has the calls of a robot that a CSV report has.
func isSending(f *os.File) bool {
	_, err := f.Seek(0, io.SeekStart)
	return err == nil && begins(f, "robotCode", "userIds", "msgKey", "msgParam")
}

func contains(r io.Reader, most int64, mark string) bool {
	text, err := io.ReadAll(io.LimitReader(r, most))
	return err == nil && bytes.Contains(text, []byte(mark))
}

// begins reports whether the first members of the first JSON object have these names.
func begins(r io.Reader, names ...string) bool {
	const most = 1 << 20
	d := json.NewDecoder(io.LimitReader(r, most))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for _, name := range names {
		if t, err := d.Token(); err != nil || t != name {
			return false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
	}
	return true
}

// header is the first row of a text with commas, semicolons or tabs, whatever the
// encoding.
func header(r io.Reader) []string {
	const most = 64 << 10
	line, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	if len(line)%2 == 1 {
		line = bytes.TrimSuffix(line, []byte{0}) // half of the line feed in UTF-16BE
	}
	text, err := textfile.Open(bytes.NewReader(line), int64(len(line)))
	if err != nil || text.Guess() != nil {
		return nil
	}
	if line, err = io.ReadAll(text.Text()); err != nil {
		return nil
	}
	var widest []string
	for _, comma := range ",;\t" {
		r := stdcsv.NewReader(bytes.NewReader(line))
		r.Comma = comma
		if row, err := r.Read(); err == nil && len(row) > len(widest) {
			widest = row
		}
	}
	return widest
}

// madeWorkbook reports whether the properties of a workbook name its creator.
func madeWorkbook(f *os.File, size int64) bool {
	const most = 1 << 20
	z, err := zip.NewReader(f, size)
	if err != nil {
		return false
	}
	part, err := z.Open("docProps/core.xml")
	if err != nil {
		return false
	}
	defer func() { _ = part.Close() }()
	var properties struct {
		Creator string `xml:"http://purl.org/dc/elements/1.1/ creator"`
	}
	return xml.NewDecoder(io.LimitReader(part, most)).Decode(&properties) == nil && properties.Creator == creator
}

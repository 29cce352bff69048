package cli_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	reportjson "notifyaudit/report/json"
)

// A judge tells whole report files from torn ones. It remembers those it has seen.
type judge struct{ seen map[[32]byte]string }

func newJudge() *judge { return &judge{seen: map[[32]byte]string{}} }

// shape says how much is in a whole report, the same for all reports of one truth;
// a torn one is an error.
func (j *judge) shape(name string, data []byte) (string, error) {
	sum := sha256.Sum256(append([]byte(name), data...))
	if shape, seen := j.seen[sum]; seen {
		return shape, nil
	}
	shapes := map[string]func([]byte) (string, error){".json": shapeOfJSON, ".csv": shapeOfCSV, ".jsonl": shapeOfLines, ".xlsx": shapeOfBook, ".html": shapeOfPage}
	shape, err := shapes[path.Ext(name)](data)
	if err != nil {
		return "", fmt.Errorf("%s is torn: %w", name, err)
	}
	j.seen[sum] = shape
	return shape, nil
}

func shapeOfJSON(data []byte) (string, error) {
	var r reportjson.Report
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&r); err != nil {
		return "", err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("something follows the report: %w", err)
	}
	read := 0
	if r.Totals.Read != nil {
		read = *r.Totals.Read
	}
	return fmt.Sprintf("%d messages, %d read", len(r.Messages), read), nil
}

func shapeOfCSV(data []byte) (string, error) {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err == nil && !bytes.HasSuffix(data, []byte("\r\n")) {
		err = errors.New("the last line has no end")
	}
	return fmt.Sprintf("%d rows", len(rows)), err
}

func shapeOfLines(data []byte) (string, error) {
	if len(data) > 0 && data[len(data)-1] != '\n' {
		return "", errors.New("the last line has no end")
	}
	lines := 0
	for line := range bytes.Lines(data) {
		if lines++; !json.Valid(line) {
			return "", fmt.Errorf("line %d is no JSON", lines)
		}
	}
	return fmt.Sprintf("%d lines", lines), nil
}

// shapeOfBook reads every part of a workbook, and opens the workbook as a spreadsheet
// program does.
func shapeOfBook(data []byte) (string, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", err
	}
	for _, part := range archive.File {
		if err := wholePart(part); err != nil {
			return "", fmt.Errorf("%s: %w", part.Name, err)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	var shape strings.Builder
	// The other sheets' lengths say what an earlier run was interrupted at.
	for _, sheet := range book.GetSheetList() {
		if sheet != "Messages" && sheet != "Unread" && sheet != "People" {
			continue
		}
		rows, err := book.GetRows(sheet)
		if err != nil {
			return "", fmt.Errorf("sheet %s: %w", sheet, err)
		}
		fmt.Fprintf(&shape, "%s %d rows; ", sheet, len(rows))
	}
	return shape.String(), book.Close()
}

// wholePart reads a part to its end, which compares its checksum, as strict XML.
func wholePart(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return err
	}
	decoder := xml.NewDecoder(r)
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	return r.Close()
}

func shapeOfPage(data []byte) (string, error) {
	if !bytes.HasPrefix(data, []byte("<!DOCTYPE html>")) || !bytes.HasSuffix(bytes.TrimSpace(data), []byte("</html>")) {
		return "", errors.New("it has no beginning or no end")
	}
	return "a page", nil
}

package table_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"notifyaudit/job/table"
)

// archive is a zip of these parts.
func archive(tb testing.TB, parts ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// ole is a file in Microsoft's older container that has an entry of that name.
func ole(name string) []byte {
	return []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + strings.Join(strings.Split(name, ""), "\x00") + "\x00" + strings.Repeat("\x00", 511))
}

// TestFilesUnderAnotherName: a file is said to be what it is.
func TestFilesUnderAnotherName(t *testing.T) {
	whole := book(t, [][]any{{"user_id"}, {"u1"}})
	const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
	tests := []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"nothing", "x.xlsx", nil, "empty"},
		{"nothing", "x.csv", nil, "empty"},
		{"zero bytes", "x.xlsx", make([]byte, 4096), "zero bytes"},
		{"zero bytes", "x.csv", make([]byte, 4096), "zero bytes"},
		{"a web page", "x.xlsx", []byte("\r\n<!DOCTYPE html><html><head><title>登录</title>"), "web page"},
		{"a table of HTML, as many systems export it", "x.xlsx", []byte("<table border=1><tr><td>user_id"), "web page"},
		{"HTML for Excel", "x.xlsx", []byte(`<html xmlns:x="urn:schemas-microsoft-com:office:excel">`), "web page"},
		{"XHTML", "x.csv", []byte("\xef\xbb\xbf<?xml version=\"1.0\"?><!DOCTYPE html><html>"), "web page"},
		{"a web archive", "x.xlsx", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related;"), "web archive"},
		{"XML of Excel 2003", "x.xlsx", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), "Excel 2003"},
		{"XML", "x.csv", []byte(`<?xml version="1.0"?><rows/>`), "XML document"},
		{"a csv", "x.xlsx", []byte("user_id,name\nu1,王伟\n"), "name that ends in .csv"},
		{"a csv in GB18030", "x.xlsx", gb18030(t, "user_id,name\nu1,王伟\n"), "name that ends in .csv"},
		{"a csv in UTF-16", "x.xlsx", []byte("\xff\xfeu\x00,\x00"), "name that ends in .csv"},
		{"a Git LFS pointer", "x.xlsx", []byte(lfs), "git lfs pull"},
		{"a Git LFS pointer", "x.csv", []byte(lfs), "git lfs pull"},
		{"a Git LFS pointer", "x.jsonl", []byte(lfs), "git lfs pull"},
		{"an old workbook", "x.xlsx", ole("Workbook"), "old Excel workbook"},
		{"an older workbook", "x.csv", ole("Book"), "old Excel workbook"},
		{"an encrypted workbook", "x.xlsx", ole("EncryptedPackage"), "password"},
		{"a Word document", "x.xlsx", ole("WordDocument"), "Word document"},
		{"OpenDocument", "x.xlsx", archive(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), "OpenDocument"},
		{"a binary workbook", "x.xlsx", archive(t, "_rels/.rels", `<r><Relationship Type="x/officeDocument" Target="xl/workbook.bin"/></r>`, "xl/workbook.bin", "x"), "binary"},
		{"Numbers", "x.xlsx", archive(t, "Index/Document.iwa", "x"), "Numbers"},
		{"a Word document of today", "x.xlsx", archive(t, "word/document.xml", "<x/>"), "another document"},
		{"some archive", "x.xlsx", archive(t, "readme.txt", "x"), "no Excel workbook"},
		{"half a workbook", "x.xlsx", whole[:len(whole)/2], "cut off or damaged"},
		{"a workbook", "x.csv", whole, "rename it to .xlsx"},
		{"a workbook", "x.jsonl", whole, "workbook"},
		{"OpenDocument", "x.csv", archive(t, "mimetype", "x", "content.xml", "<x/>"), "OpenDocument"},
		{"some archive", "x.csv", archive(t, "staff.csv", "x"), "unpack it"},
		{"half a workbook", "x.csv", whole[:len(whole)/2], "zip archive"},
		{"DIF", "x.csv", []byte("TABLE\r\n0,1\r\n\"EXCEL\"\r\n"), "DIF"},
		{"Excel 2.1", "x.xlsx", []byte("\x09\x00\x04\x00\x02\x00\x10\x00"), "old Excel workbook"},
		{"JSON", "x.csv", []byte("{\"user_id\": \"u1\"}\n"), "JSON"},
		{"a list of JSON", "x.csv", []byte("[{\"user_id\": \"u1\"}]\n"), "JSON"},
		{"lines in quotation marks", "x.csv", []byte("\"user_id,name\"\n\"u1,x\"\n"), "take them away"},
		{"a PDF", "x.xlsx", []byte("%PDF-1.7\n"), "PDF"},
		{"gzip", "x.csv", []byte("\x1f\x8b\x08\x00"), "gzip"},
		{"protected by software", "x.xlsx", []byte("\x62\x14\x23\x65\x00E-SafeNet\x00LOCK"), "E-SafeNet"},
		{"what macOS leaves", "x.csv", []byte("\x00\x05\x16\x07\x00\x02"), "macOS"},
		{"SYLK", "x.csv", []byte("ID;PWXL;N;E\r\n"), "SYLK"},
		{"Excel's lock", "~$staff.xlsx", []byte("\x05alice"), "staff.xlsx"},
		{"another extension", "x.xls", whole, "save it as .xlsx"},
		{"another extension", "x.ods", whole, "save it as .xlsx"},
		{"another extension", "x.et", whole, "save it as .xlsx"},
	}
	for _, tt := range tests {
		t.Run(tt.name+" as "+tt.file, func(t *testing.T) {
			_, err := table.Open(bytes.NewReader(tt.data), int64(len(tt.data)), tt.file, table.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %q in it", err, tt.says)
			}
		})
	}
}

// TestTablesThatLookLikeSomethingElse are read.
func TestTablesThatLookLikeSomethingElse(t *testing.T) {
	for _, header := range []string{"ID;Person", "<id>,name", "PAR1,b", "version,b", "id"} {
		if _, rows, err := read(t, "x.csv", []byte(header+"\nu1\n")); err != nil || len(rows) != 1 {
			t.Errorf("%q: %q, %v", header, rows, err)
		}
	}
}

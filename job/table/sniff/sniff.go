// Package sniff tells what a file is by its content, where its name promises a
// table: a web page, an old workbook, a pointer of Git LFS.
package sniff

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The beginnings of archives.
const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0"
)

// Ways out that several files share.
const (
	saveAsXLSX   = "open it in a spreadsheet program and save it as .xlsx"
	exportAsXLSX = "export it as .xlsx"
)

// The marks before a text.
const (
	UTF8Mark    = "\xef\xbb\xbf"
	UTF16LEMark = "\xff\xfe"
	UTF16BEMark = "\xfe\xff"
)

// Text returns an error that says what a file is that can't be a table's text; nil
// when it may be one.
func Text(src io.ReaderAt, size int64) error {
	start, err := Beginning(src, size)
	if err != nil {
		return err
	}
	if bytes.HasPrefix(start, []byte(zipMagic)) {
		return archiveNotText(src, size)
	}
	return foreign(src, size, start)
}

// Workbook opens the archive that an xlsx is. An error says what the file is
// instead.
func Workbook(src io.ReaderAt, size int64) (*zip.Reader, error) {
	start, err := Beginning(src, size)
	if err != nil {
		return nil, err
	}
	if err := foreign(src, size, start); err != nil {
		return nil, err
	}
	z, err := openZip(src, size)
	if err != nil && !errors.Is(err, errManyParts) {
		err = notArchive(start, err)
	}
	return z, err
}

// Beginning is what files are known by: at most the first 4 KiB.
func Beginning(src io.ReaderAt, size int64) ([]byte, error) {
	const enough = 4 << 10
	start := make([]byte, min(enough, size))
	n, err := src.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	return start[:n], nil
}

// foreign says what a file is that is neither text nor a zip archive, or text that
// is no table; nil for others. Files in Microsoft's older container are told apart
// by their directories, for which more is read.
func foreign(src io.ReaderAt, size int64, start []byte) error {
	switch {
	case size == 0:
		return errors.New("the file is empty, it has 0 bytes: its first row must name the columns")
	case len(bytes.Trim(start, "\x00")) == 0:
		return errors.New("the file holds nothing but zero bytes: it was not written to its end, so copy it again")
	case bytes.HasPrefix(start, []byte(oleMagic)):
		return oleError(src, size)
	}
	for _, k := range magics() {
		if strings.HasPrefix(string(start), k.magic) {
			return fmt.Errorf("the file is %s: %s", k.what, k.advice)
		}
	}
	if bytes.Contains(start[:min(len(start), 512)], []byte("E-SafeNet")) {
		return errors.New("the file is encrypted by the organisation's document protection (E-SafeNet): have it decrypted")
	}
	return markup(start)
}

type magic struct{ magic, what, advice string }

func magics() []magic {
	return []magic{
		{"version https://git-lfs.github.com/", "a Git LFS pointer and not the table", "fetch the table with: git lfs pull"},
		{"%PDF-", "a PDF document", "use the table that it was made from"},
		{"\x1f\x8b", "compressed with gzip", "unpack it"},
		{"Rar!\x1a", "a RAR archive", "unpack it"},
		{"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"},
		{"PAR1\x15", "a Parquet file", "export it as csv"},
		{"SQLite format 3", "an SQLite database", "export the table as csv"},
		{`{\rtf`, "an RTF document", "use the table that it was made from"},
		{"\x89PNG", "a picture", "use the table that it was made from"},
		{"\xff\xd8\xff", "a picture", "use the table that it was made from"},
		{"ID;PWXL", "a SYLK file", saveAsXLSX},
		{"ID;PSCALC", "a SYLK file", saveAsXLSX},
		{"TABLE\r\n0,1\r\n", "a DIF file", saveAsXLSX},
		{"\x09\x00\x04\x00", "an old Excel workbook (.xls)", saveAsXLSX},
		{"\x09\x02\x06\x00", "an old Excel workbook (.xls)", saveAsXLSX},
		{"\x09\x04\x06\x00", "an old Excel workbook (.xls)", saveAsXLSX},
		{"\x09\x08", "an old Excel workbook (.xls)", saveAsXLSX},
		{"\x00\x05\x16\x07", "what macOS stores beside a file (its name begins with ._)", "name the file itself"},
	}
}

// markup recognises web pages and XML, whatever stands before their first tag.
func markup(start []byte) error {
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(start), UTF8Mark), " \t\r\n"))
	switch {
	case strings.HasPrefix(text, "mime-version:") && strings.Contains(text, "multipart/"):
		return errors.New("the file is a web archive (.mht): " + saveAsXLSX)
	case !strings.HasPrefix(text, "<"):
		return nil
	case strings.Contains(text, "urn:schemas-microsoft-com:office:spreadsheet") && strings.HasPrefix(text, "<?xml"):
		return errors.New("the file is an XML spreadsheet of Excel 2003: " + saveAsXLSX)
	case strings.HasPrefix(text, "<?xml") && !strings.Contains(text, "<html"):
		return errors.New("the file is an XML document: " + saveAsXLSX)
	}
	tags := []string{"<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<style", "<script", "<div", "<!--", "<?xml"}
	if slices.ContainsFunc(tags, func(tag string) bool { return strings.HasPrefix(text, tag) }) {
		return errors.New("the file is a web page (HTML), a table exported under another name or a page to sign in at: " + saveAsXLSX)
	}
	return nil
}

// oleError says what a file in Microsoft's older container is, by the names in
// its directory, which are UTF-16 and stand near one of its ends.
func oleError(src io.ReaderAt, size int64) error {
	const most = 4 << 20
	data, err := io.ReadAll(io.MultiReader(io.NewSectionReader(src, 0, min(size, most)), io.NewSectionReader(src, max(0, size-most), most)))
	if err != nil {
		return fmt.Errorf("reading the table: %w", err)
	}
	holds := func(name string) bool {
		return bytes.Contains(data, []byte(strings.Join(strings.Split(name, ""), "\x00")))
	}
	switch {
	case holds("EncryptedPackage"):
		return errors.New("the workbook has a password: save it without one")
	case holds("WordDocument"):
		return errors.New("the file is a Word document: use the table that it was made from")
	case holds("Workbook"), holds("Book"):
		return errors.New("the file is an old Excel workbook (.xls): " + saveAsXLSX)
	}
	return errors.New("the file is in an old format of Microsoft Office or has a password: save it as .xlsx without a password")
}

// Archive says what a zip archive is that has not the parts of a workbook; nil when
// it isn't known.
func Archive(z *zip.Reader) error {
	switch {
	case has(z, "mimetype", "content.xml"):
		return errors.New("the file is an OpenDocument spreadsheet (.ods) or document: " + saveAsXLSX)
	case has(z, "xl/workbook.bin"):
		return errors.New("the file is a binary Excel workbook (.xlsb): " + saveAsXLSX)
	case has(z, "Index/Document.iwa", "Index.zip", "index.apxl"):
		return errors.New("the file is a Numbers document: " + exportAsXLSX)
	case has(z, "word/document.xml", "ppt/presentation.xml"):
		return errors.New("the file is another document of Microsoft Office: use the table that it was made from")
	}
	return nil
}

// has reports whether an archive has one of the parts.
func has(z *zip.Reader, names ...string) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(f.Name, name) })
	})
}

// archiveNotText says what a zip archive is that should have been text.
func archiveNotText(src io.ReaderAt, size int64) error {
	z, err := openZip(src, size)
	if err != nil {
		return errors.New("the file is a zip archive, as an Excel workbook is, and damaged")
	}
	if err := Archive(z); err != nil {
		return err
	}
	if !has(z, "[Content_Types].xml") {
		return errors.New("the file is a zip archive: unpack it")
	}
	return errors.New("the file is an Excel workbook in spite of its name: rename it to .xlsx")
}

// notArchive says what a file is that should have been a workbook.
func notArchive(start []byte, err error) error {
	switch {
	case bytes.HasPrefix(start, []byte("PK")):
		return fmt.Errorf("the workbook is cut off or damaged, so copy it again: %w", err)
	case isText(start):
		return errors.New("the file is text, as a csv is, and no Excel workbook: give it a name that ends in .csv")
	}
	return fmt.Errorf("the file is no Excel workbook: %w", err)
}

// isText reports whether a file's beginning is text in one of the encodings that
// a csv may have.
func isText(start []byte) bool {
	if bytes.HasPrefix(start, []byte(UTF16LEMark)) || bytes.HasPrefix(start, []byte(UTF16BEMark)) {
		return true
	}
	return !bytes.ContainsFunc(start, func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\r\n\x1a", r)
	})
}

package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
)

// An xlsxSource reads the first sheet of a workbook.
type xlsxSource struct {
	book     *workbook
	sheet    *zip.File
	strings  sharedTexts
	dates    []bool // by style
	date1904 bool
}

func openXLSX(src io.ReaderAt, size int64) (*xlsxSource, error) {
	if err := foreign(src, size); err != nil {
		return nil, err
	}
	z, err := openZip(src, size)
	if err != nil {
		return nil, err
	}
	book := &workbook{zip: z}
	if err := book.read(); err != nil {
		return nil, err
	}
	s := &xlsxSource{book: book, date1904: book.date1904}
	if s.sheet, err = book.part(book.sheet); err != nil {
		return nil, err
	}
	if s.strings, err = book.sharedStrings(); err != nil {
		return nil, err
	}
	if s.dates, err = book.dateStyles(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *xlsxSource) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		tokens, closePart, err := open(s.sheet, maxSheet)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer closePart()
		scan := sheetScanner{source: s, tokens: tokens}
		for {
			row, err := scan.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(row, err) || err != nil && !onlyRow(err) {
				return
			}
		}
	}
}

// A workbook is the parts of an xlsx that say where the others are.
type workbook struct {
	zip      *zip.Reader
	targets  map[string]string // relation id → part
	kinds    map[string]string // last word of a relation's type → part
	sheet    string
	date1904 bool
}

// read finds the first sheet.
func (b *workbook) read() error {
	if err := b.relations("_rels/.rels", ""); err != nil {
		return err
	}
	main := b.kinds["officeDocument"]
	if main == "" {
		main = "xl/workbook.xml"
	}
	if b.find(main) == nil || strings.HasSuffix(main, ".bin") {
		if err := zipError(b.zip); err != nil {
			return err
		}
	}
	dir, file := path.Split(main)
	if err := b.relations(path.Join(dir, "_rels", file+".rels"), dir); err != nil {
		return err
	}
	err := b.each(main, func(e xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			b.date1904 = slices.Contains([]string{"1", "true"}, attr(e, "date1904"))
		case "sheet":
			if b.sheet == "" {
				b.sheet = b.targets[attr(e, "id")]
			}
		}
	})
	if err == nil && b.sheet == "" {
		err = errors.New("the workbook has no sheet")
	}
	return err
}

// relations adds what a .rels part says; without the part there is nothing.
func (b *workbook) relations(name, dir string) error {
	if b.targets == nil {
		b.kinds = make(map[string]string)
	}
	b.targets = make(map[string]string)
	if b.find(name) == nil {
		return nil
	}
	return b.each(name, func(e xml.StartElement) {
		if e.Name.Local != "Relationship" {
			return
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		target = strings.TrimPrefix(target, "/")
		b.targets[attr(e, "Id")] = target
		b.kinds[path.Base(attr(e, "Type"))] = target
	})
}

// each visits the elements of a small part.
func (b *workbook) each(name string, visit func(xml.StartElement)) error {
	part, err := b.part(name)
	if err != nil {
		return err
	}
	tokens, closePart, err := open(part, maxSmallPart)
	if err != nil {
		return err
	}
	defer closePart()
	for {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the workbook's part %s is damaged: %w", name, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			visit(e)
		}
	}
}

func (b *workbook) find(name string) *zip.File {
	i := slices.IndexFunc(b.zip.File, func(f *zip.File) bool {
		return strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name)
	})
	if i < 0 {
		return nil
	}
	return b.zip.File[i]
}

func (b *workbook) part(name string) (*zip.File, error) {
	f := b.find(name)
	if f == nil {
		return nil, fmt.Errorf("the file is no Excel workbook: it has no part %q", name)
	}
	return f, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

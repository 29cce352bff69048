package table

import (
	"archive/zip"
	"errors"
	"io"
	"iter"

	"github.com/klauspost/compress/flate"

	"notifyaudit/job/table/numfmt"
	"notifyaudit/job/table/sniff"
)

// An xlsxSource reads one sheet of a workbook.
type xlsxSource struct {
	book    *workbook
	sheet   *sheet
	part    *zip.File
	strings sharedTexts
	formats []*numfmt.Format // by style
	merges  []merge
}

func openXLSX(src io.ReaderAt, size int64, sheet string) (*xlsxSource, error) {
	z, err := sniff.Workbook(src, size)
	if err != nil {
		return nil, err
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	s := &xlsxSource{book: &workbook{zip: z}}
	if err := s.book.read(); err != nil {
		return nil, err
	}
	if s.sheet, err = s.book.choose(sheet); err != nil {
		return nil, err
	}
	if s.part, err = s.book.part(s.sheet.target.part); err != nil {
		return nil, err
	}
	if s.strings, err = s.book.sharedStrings(); err != nil {
		return nil, err
	}
	if s.formats, err = s.book.formats(); err != nil {
		return nil, err
	}
	s.merges, err = merges(s.part)
	return s, err
}

func (s *xlsxSource) rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		tokens, closePart, err := open(s.part, maxSheet)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer closePart()
		scan := sheetScanner{source: s, tokens: tokens, filler: filler{pending: s.merges}}
		for {
			row, err := scan.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// begin reads the first rows of a sheet, as far as they don't take much. What is
// damaged ends them.
func (s *xlsxSource) begin(sheet *sheet) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		part := s.book.find(sheet.target.part)
		if part == nil {
			return
		}
		rc, err := part.Open()
		if err != nil {
			return
		}
		defer func() { _ = rc.Close() }()
		scan := sheetScanner{source: s, tokens: newTokenReader(rc, part.Name, MaxRow)}
		for {
			row, err := scan.next()
			if err != nil || !yield(row) {
				return
			}
		}
	}
}

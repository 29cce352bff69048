package table

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"notifyaudit/job/table/sniff"
)

// A workbook is the parts of an xlsx that say where the others are.
type workbook struct {
	zip *zip.Reader
	// targets are the parts by the ids of their relations, and kinds by the last
	// word of their relation's type.
	targets map[string]target
	kinds   map[string]string
	sheets  []sheet
	// date1904 says that dates count from 1904, recalculate that the program
	// which wrote the workbook left calculating its formulas to others.
	date1904, recalculate bool
}

type target struct{ part, kind string }

// A sheet is one of a workbook, a worksheet or another.
type sheet struct {
	name   string
	target target
	hidden bool
}

// worksheet reports whether the sheet has cells, as charts, dialogs and old
// macros have not.
func (s *sheet) worksheet() bool {
	return s.target.part != "" && !slices.Contains([]string{"chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}, s.target.kind)
}

// read finds the sheets.
func (b *workbook) read() error {
	if err := b.relations("_rels/.rels", ""); err != nil {
		return err
	}
	main := b.kinds["officeDocument"]
	if main == "" {
		main = "xl/workbook.xml"
	}
	if b.find(main) == nil || strings.HasSuffix(main, ".bin") {
		if err := sniff.Archive(b.zip); err != nil {
			return err
		}
	}
	dir, file := path.Split(main)
	if err := b.relations(path.Join(dir, "_rels", file+".rels"), dir); err != nil {
		return err
	}
	return b.each(main, func(e xml.StartElement) {
		switch e.Name.Local {
		case "workbookPr":
			b.date1904 = isTrue(attr(e, "date1904"))
		case "calcPr":
			b.recalculate = isTrue(attr(e, "fullCalcOnLoad"))
		case "sheet":
			b.sheets = append(b.sheets, sheet{
				name: xstring(attr(e, "name")), target: b.targets[attr(e, "id")],
				hidden: slices.Contains([]string{"hidden", "veryHidden"}, attr(e, "state")),
			})
		}
	})
}

// choose returns the named sheet, or the first visible worksheet. Spreadsheets
// tell sheets apart without regard to case.
func (b *workbook) choose(name string) (*sheet, error) {
	if len(b.sheets) == 0 {
		return nil, errors.New("the workbook has no sheet")
	}
	for i := range b.sheets {
		s := &b.sheets[i]
		switch {
		case name == "" && s.worksheet() && !s.hidden:
			return s, nil
		case name != "" && strings.EqualFold(nfc(trim(s.name)), nfc(trim(name))):
			if !s.worksheet() {
				return nil, fmt.Errorf("the sheet %q has no cells, it is a chart or something of that kind: its sheets with cells are %s", s.name, b.names())
			}
			return s, nil
		}
	}
	if name == "" {
		return nil, fmt.Errorf(`the workbook has no visible worksheet: write sheet = "…" to read a hidden one of its sheets, %s`, b.names())
	}
	return nil, fmt.Errorf("the workbook has no sheet %q: its sheets are %s", name, b.names())
}

// names lists the worksheets; of many, the first.
func (b *workbook) names() string {
	const most = 20
	var names []string
	for i := range b.sheets {
		if s := &b.sheets[i]; s.worksheet() {
			names = append(names, s.String())
		}
	}
	if len(names) > most {
		names = append(names[:most], "…")
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// String is the sheet's name in quotation marks.
func (s *sheet) String() string {
	if s.hidden {
		return fmt.Sprintf("%q (hidden)", s.name)
	}
	return fmt.Sprintf("%q", s.name)
}

// relations adds what a .rels part says; without the part there is nothing.
func (b *workbook) relations(name, dir string) error {
	b.targets = make(map[string]target)
	if b.kinds == nil {
		b.kinds = make(map[string]string)
	}
	if b.find(name) == nil {
		return nil
	}
	return b.each(name, func(e xml.StartElement) {
		if e.Name.Local != "Relationship" {
			return
		}
		part := attr(e, "Target")
		if !strings.HasPrefix(part, "/") {
			part = path.Join(dir, part)
		}
		part = strings.TrimPrefix(part, "/")
		kind := path.Base(attr(e, "Type"))
		b.targets[attr(e, "Id")] = target{part: part, kind: kind}
		b.kinds[kind] = part
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

func isTrue(value string) bool { return value == "1" || value == "true" || value == "on" }

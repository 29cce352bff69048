package ooxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A Package has the parts of a workbook by name, all but the bulk rows: the parts
// are small.
type Package map[string][]byte

// Collect has excelize write the file into a Package. Parts that depend on the
// order of a map are put in order, and what excelize gets wrong is corrected, so
// that the same workbook always gives the same valid parts.
func Collect(file *excelize.File) (Package, error) {
	c := collector{}
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return c })
	if _, err := file.WriteToBuffer(); err != nil {
		return nil, fmt.Errorf("lay out the workbook: %w", err)
	}
	p := make(Package, len(c))
	for name, part := range c {
		p[name] = part.content
	}
	if err := p.sortContentTypes(); err != nil {
		return nil, err
	}
	if err := p.qualifyProperties(); err != nil {
		return nil, err
	}
	p.escapeTableColumns()
	p.qualifySlicers()
	return p, nil
}

// A collector is an excelize.ZipWriter that keeps the parts. excelize writes each
// part with one Write, which is checked.
type collector map[string]*part

type part struct {
	content []byte
	written bool
}

// errSplitPart says that a part came in several pieces.
var errSplitPart = errors.New("a part of the workbook came in more than one piece")

func (p *part) Write(b []byte) (int, error) {
	if p.written {
		return 0, errSplitPart
	}
	p.content, p.written = b, true
	return len(b), nil
}

// Create begins a part.
func (c collector) Create(name string) (io.Writer, error) {
	if c[name] != nil {
		return nil, fmt.Errorf("part %s came twice", name)
	}
	c[name] = &part{}
	return c[name], nil
}

// AddFS is never called.
func (collector) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close does nothing.
func (collector) Close() error { return nil }

// The parts that are read here.
const (
	partContentTypes = "[Content_Types].xml"
	partProperties   = "docProps/core.xml"
	partWorkbook     = "xl/workbook.xml"
	partWorkbookRels = "xl/_rels/workbook.xml.rels"
)

// decode reads a part.
func (p Package) decode(name string, into any) error {
	if p[name] == nil {
		return fmt.Errorf("the workbook has no part %s", name)
	}
	if err := xml.Unmarshal(p[name], into); err != nil {
		return fmt.Errorf("read part %s: %w", name, err)
	}
	return nil
}

// Worksheets returns the names of the worksheets' parts by the name on their tabs,
// as the workbook relates them.
func (p Package) Worksheets() (map[string]string, error) {
	var workbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := p.decode(partWorkbook, &workbook); err != nil {
		return nil, err
	}
	var relations struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		}
	}
	if err := p.decode(partWorkbookRels, &relations); err != nil {
		return nil, err
	}
	targets := make(map[string]string, len(relations.Relationship))
	for _, r := range relations.Relationship {
		targets[r.ID] = r.Target
	}
	found := make(map[string]string, len(workbook.Sheets))
	for _, sheet := range workbook.Sheets {
		name, rooted := strings.CutPrefix(targets[sheet.ID], "/")
		if !rooted {
			name = "xl/" + name
		}
		if p[name] == nil {
			return nil, fmt.Errorf("worksheet %q has no part", sheet.Name)
		}
		found[sheet.Name] = name
	}
	return found, nil
}

// Write writes the parts, except those that are written otherwise. The list of
// parts comes first: some programs recognise a workbook by it.
func (p Package) Write(out *Writer, except map[string]bool) error {
	names := slices.Sorted(maps.Keys(p))
	names = slices.DeleteFunc(names, func(name string) bool { return except[name] || name == partContentTypes })
	for _, name := range append([]string{partContentTypes}, names...) {
		if err := out.add(name, p[name]); err != nil {
			return err
		}
	}
	return nil
}

// replaceAll replaces every occurrence of from in the content, of which there
// must be count.
func replaceAll(content []byte, from, to string, count int) ([]byte, error) {
	if found := bytes.Count(content, []byte(from)); found != count {
		return nil, fmt.Errorf("%q is there %d times and not %d", from, found, count)
	}
	return bytes.ReplaceAll(content, []byte(from), []byte(to)), nil
}

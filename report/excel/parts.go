package excel

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

// parts are the files of a workbook's package as excelize makes them: all but
// the bulk rows, so they are small. It is an excelize.ZipWriter that zips
// nothing; writePackage does, in its own order and with the rows.
//
// excelize writes each part with one Write, and this depends on it: see
// TestGuards.
type parts map[string]*part

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
func (p parts) Create(name string) (io.Writer, error) {
	if p[name] != nil {
		return nil, fmt.Errorf("part %s came twice", name)
	}
	p[name] = &part{}
	return p[name], nil
}

// AddFS is never called.
func (parts) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close does nothing.
func (parts) Close() error { return nil }

// collect has excelize write the file.
func collect(file *excelize.File) (parts, error) {
	p := parts{}
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return p })
	if _, err := file.WriteToBuffer(); err != nil {
		return nil, fmt.Errorf("lay out the workbook: %w", err)
	}
	if err := p.sortContentTypes(); err != nil {
		return nil, err
	}
	return p, nil
}

// The parts that are read here.
const (
	partContentTypes = "[Content_Types].xml"
	partWorkbook     = "xl/workbook.xml"
	partWorkbookRels = "xl/_rels/workbook.xml.rels"
)

// decode reads a part.
func (p parts) decode(name string, into any) error {
	if p[name] == nil {
		return fmt.Errorf("the workbook has no part %s", name)
	}
	if err := xml.Unmarshal(p[name].content, into); err != nil {
		return fmt.Errorf("read part %s: %w", name, err)
	}
	return nil
}

// sortContentTypes puts the list of parts, which excelize makes in the order of
// a map, in the order of their names.
func (p parts) sortContentTypes() error {
	type entry struct {
		Extension   string `xml:",attr,omitempty"`
		PartName    string `xml:",attr,omitempty"`
		ContentType string `xml:",attr"`
	}
	var types struct {
		XMLName  xml.Name `xml:"http://schemas.openxmlformats.org/package/2006/content-types Types"`
		Default  []entry
		Override []entry
	}
	if err := p.decode(partContentTypes, &types); err != nil {
		return err
	}
	slices.SortFunc(types.Default, func(a, b entry) int { return strings.Compare(a.Extension, b.Extension) })
	slices.SortFunc(types.Override, func(a, b entry) int { return strings.Compare(a.PartName, b.PartName) })
	content, err := xml.Marshal(types)
	if err != nil {
		return fmt.Errorf("write part %s: %w", partContentTypes, err)
	}
	p[partContentTypes].content = slices.Concat([]byte(xml.Header), content)
	return nil
}

// worksheets are the parts of the worksheets by the name on their tabs, as the
// workbook relates them.
func (p parts) worksheets() (map[string]string, error) {
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

// others are the names of all parts but those, the list of parts first: some
// programs tell a workbook by it.
func (p parts) others(but map[string]bool) []string {
	names := slices.Sorted(maps.Keys(p))
	names = slices.DeleteFunc(names, func(name string) bool { return but[name] || name == partContentTypes })
	return append([]string{partContentTypes}, names...)
}

// replaceAll replaces every occurrence of from in the content, of which there
// must be count.
func replaceAll(content []byte, from, to string, count int) ([]byte, error) {
	if found := bytes.Count(content, []byte(from)); found != count {
		return nil, fmt.Errorf("%q is there %d times and not %d", from, found, count)
	}
	return bytes.ReplaceAll(content, []byte(from), []byte(to)), nil
}

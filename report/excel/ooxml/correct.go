package ooxml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// sortContentTypes puts the list of parts, which excelize makes in the order of
// a map, in the order of their names.
func (p Package) sortContentTypes() error {
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
	p[partContentTypes] = slices.Concat([]byte(xml.Header), content)
	return nil
}

// qualifyProperties gives the elements of the core properties their prefix.
// excelize declares the elements of the part's own namespace by a default one; the
// result is the same XML, but exceljs knows elements by their prefix.
func (p Package) qualifyProperties() error {
	const space = `xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"`
	content, err := replaceAll(p[partProperties], space, strings.Replace(space, "xmlns", "xmlns:cp", 1), 1)
	if err != nil {
		return fmt.Errorf("correct part %s: %w", partProperties, err)
	}
	unprefixed := regexp.MustCompile(`<(/?)([A-Za-z]+)([ >])`)
	p[partProperties] = unprefixed.ReplaceAll(content, []byte("<${1}cp:${2}${3}"))
	return nil
}

// qualifySlicers puts the extensions of slicers' caches into the namespace that they are
// of (CT_Extension, ECMA-376 part 1, 18.2.7), which excelize declares with the prefix x.
func (p Package) qualifySlicers() {
	for name, content := range p {
		if strings.HasPrefix(name, "xl/slicerCaches/") {
			content = bytes.ReplaceAll(content, []byte("<ext "), []byte("<x:ext "))
			p[name] = bytes.ReplaceAll(content, []byte("</ext>"), []byte("</x:ext>"))
		}
	}
}

// escapeTableColumns escapes the names of the tables' columns as those of their
// header cells are, which they must equal. The attribute is of the type ST_Xstring,
// and excelize writes it as a plain string.
func (p Package) escapeTableColumns() {
	column := regexp.MustCompile(`(<tableColumn [^>]*\bname=")([^"]*)"`)
	for name, content := range p {
		if !strings.HasPrefix(name, "xl/tables/") {
			continue
		}
		p[name] = column.ReplaceAllFunc(content, func(match []byte) []byte {
			at := bytes.LastIndex(match, []byte(`name="`)) + len(`name="`)
			return append(bytes.Clone(match[:at]), EscapeString(string(match[at:]))...)
		})
	}
}

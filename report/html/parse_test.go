package html

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// An element is one of a parsed page, its text that of everything in it.
type element struct {
	name     string
	attrs    map[string]string
	text     string
	children []*element
}

// parse reads a page with a parser that is not a browser's, but strict enough to
// stumble over a text that became markup.
func parse(t *testing.T, page string) *element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(without(without(page, "style"), "script")))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &element{name: "page"}
	open := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			t.Fatalf("parse the page: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: make(map[string]string)}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			parent := open[len(open)-1]
			parent.children = append(parent.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, e := range open {
				e.text += string(token)
			}
		}
	}
}

// without empties the page's elements of a name: their content is no markup.
func without(page, name string) string {
	before, rest, found := strings.Cut(page, "<"+name+">")
	_, after, closed := strings.Cut(rest, "</"+name+">")
	if !found || !closed {
		return page
	}
	return before + "<" + name + "></" + name + ">" + without(after, name)
}

// contents are what stands in the page's elements of a name, of which there are so many.
func contents(t *testing.T, page, name string, count int) []string {
	t.Helper()
	var all []string
	for range count {
		_, rest, found := strings.Cut(page, "<"+name+">")
		inside, after, closed := strings.Cut(rest, "</"+name+">")
		if !found || !closed {
			t.Fatalf("there are not %d of %s", count, name)
		}
		all, page = append(all, inside), after
	}
	if strings.Contains(page, "<"+name) {
		t.Fatalf("there are more than %d of %s", count, name)
	}
	return all
}

// all are the elements of a name, in the page's order; "" is every name.
func (e *element) all(name string) []*element {
	var found []*element
	for _, child := range e.children {
		if name == "" || child.name == name {
			found = append(found, child)
		}
		found = append(found, child.all(name)...)
	}
	return found
}

// byID is the element of an id, or nil.
func (e *element) byID(id string) *element {
	for _, child := range e.all("") {
		if child.attrs["id"] == id {
			return child
		}
	}
	return nil
}

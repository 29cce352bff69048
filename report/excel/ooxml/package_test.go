package ooxml

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestPartsComeInOnePiece(t *testing.T) {
	t.Parallel()
	p := collector{}
	w, err := p.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("1")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("2")); !errors.Is(err, errSplitPart) {
		t.Errorf("the second piece: %v", err)
	}
	if _, err := p.Create("a"); err == nil {
		t.Error("a part came twice")
	}
}

func TestPartWriterBounds(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := &partWriter{out: &out, room: 3}
	if _, err := w.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("d")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// exceljs and others know the elements of the core properties by their prefix.
func TestPropertiesHavePrefixes(t *testing.T) {
	t.Parallel()
	file := excelize.NewFile()
	err := file.SetDocProps(&excelize.DocProperties{Title: "a <b> c", Creator: "me", LastModifiedBy: "me", Version: "1", Keywords: "k", Revision: "2"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Collect(file)
	if err != nil {
		t.Fatal(err)
	}
	content := string(p["docProps/core.xml"])
	for _, want := range []string{
		`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"`, `</cp:coreProperties>`,
		`<cp:lastModifiedBy>me</cp:lastModifiedBy>`, `<cp:version>1</cp:version>`, `<cp:keywords>k</cp:keywords>`, `<cp:revision>2</cp:revision>`,
		`<dc:title>a &lt;b&gt; c</dc:title>`,
	} {
		if !strings.Contains(content, want) {
			t.Errorf("the properties lack %s in %s", want, content)
		}
	}
	if unprefixed := regexp.MustCompile(`</?[a-zA-Z]+[ >]`).FindAllString(content, -1); unprefixed != nil {
		t.Errorf("elements without a prefix: %q", unprefixed)
	}
}

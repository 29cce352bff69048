package ooxml

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestPartsAreBounded(t *testing.T) {
	t.Parallel()
	p, err := NewWriter(io.Discard).Begin("a", new(Memory))
	if err != nil {
		t.Fatal(err)
	}
	p.size = math.MaxUint32 - 3
	if _, err := p.Write([]byte("abc")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("d")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// Parts are written at the same time and read back one by one.
func TestPartsSideBySide(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := NewWriter(&out)
	var parts []*Part
	want := map[string]string{}
	for _, name := range []string{"a", "b", "c"} {
		p, err := w.Begin(name, new(Memory))
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, p)
	}
	for i := range 10_000 {
		p := parts[i%3]
		text := strconv.Itoa(i * i)
		if _, err := p.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		want[p.name] += text
	}
	for _, p := range parts {
		if err := errors.Join(w.End(p), w.Add(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.add("d", []byte("after")), w.Close()); err != nil {
		t.Fatal(err)
	}
	want["d"] = "after"
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r) // checks the sum
		if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = string(content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parts (-want +got):\n%.500s", diff)
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

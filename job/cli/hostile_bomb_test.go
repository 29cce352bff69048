package cli_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"notifyaudit/job/longtest"
)

// asker is a manifest whose provider needs nothing.
const asker = "provider \"dingtalk\" {\n  access_token = \"t\"\n}\n"

// Manifests that read one table, each in its way.
const (
	rosterOf = asker + "audience \"staff\" {\n  source = \"SOURCE\"\n}\nmessage \"a\" {\n  process_query_key = \"K\"\n  audience = audience.staff\n}\n"
	rowsOf   = asker + "messages \"rows\" {\n  source = \"SOURCE\"\n}\n"
)

// A bomb is an input that is made to fill the memory, to overflow the stack or to
// keep the program busy for ever.
type bomb struct {
	// manifest is main.audit.hcl; SOURCE in it stands for the name of source.
	manifest string
	// source is the bomb's file, written as a stream.
	source string
	write  func(w *bufio.Writer)
	// plant makes what no stream can be: links, fifos.
	plant  func(dir string) error
	args   []string // validate unless given
	status int
	says   string
	// long is left to the long form.
	long bool
}

// A piece is a text that is written so often.
type piece struct {
	n    int
	text string
}

// pieces are written one behind the other: 3, "ab", 1, "c" is abababc. The short
// form writes a part of what is longest.
func pieces(parts ...any) []piece {
	var all []piece
	for i := 0; i < len(parts); i += 2 {
		n, _ := parts[i].(int)
		text, _ := parts[i+1].(string)
		if n >= 150<<20 {
			n = longtest.N(n/16, n)
		}
		all = append(all, piece{n, text})
	}
	return all
}

func repeated(parts ...any) func(*bufio.Writer) {
	return func(w *bufio.Writer) {
		for _, p := range pieces(parts...) {
			p.write(w)
		}
	}
}

// chunk is a whole number of the texts, and how many.
func (p piece) chunk() (text string, n int) {
	n = min(p.n, max(1, 1<<18/len(p.text)))
	return strings.Repeat(p.text, n), n
}

func (p piece) write(w io.Writer) {
	text, n := p.chunk()
	for left := p.n; left > 0; left -= n {
		_, _ = io.WriteString(w, text[:min(n, left)*len(p.text)])
	}
}

// deflated writes what the pieces are when they are unpacked. What is repeated is
// packed once.
func deflated(t *testing.T, w io.Writer, all []piece) (sum uint32, packed, unpacked uint64) {
	t.Helper()
	squeeze := func(text string, last bool) []byte {
		var b bytes.Buffer
		f, err := flate.NewWriter(&b, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, text)
		if last {
			_ = f.Close()
		} else {
			_ = f.Flush()
		}
		return b.Bytes()
	}
	put := func(text string, small []byte) {
		sum = crc32.Update(sum, crc32.IEEETable, []byte(text))
		packed += uint64(len(small))
		unpacked += uint64(len(text))
		_, _ = w.Write(small)
	}
	for _, p := range all {
		text, n := p.chunk()
		small := squeeze(text, false)
		for range p.n / n {
			put(text, small)
		}
		if rest := text[:p.n%n*len(p.text)]; rest != "" {
			put(rest, squeeze(rest, false))
		}
	}
	put("", squeeze("", true))
	return sum, packed, unpacked
}

// workbookBomb is an xlsx whose sheet and shared strings have next to no size,
// packed.
func workbookBomb(t *testing.T, sheet, sharedStrings []piece) func(*bufio.Writer) {
	t.Helper()
	const (
		head    = `<?xml version="1.0" encoding="UTF-8"?>`
		rel     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		main    = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
		archive = "http://schemas.openxmlformats.org/package/2006/relationships"
	)
	return func(w *bufio.Writer) {
		z := zip.NewWriter(w)
		part := func(name string, all []piece) {
			var small bytes.Buffer
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			h.CRC32, h.CompressedSize64, h.UncompressedSize64 = deflated(t, &small, all)
			p, err := z.CreateRaw(h)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = p.Write(small.Bytes())
		}
		part("_rels/.rels", pieces(1, head+`<Relationships xmlns="`+archive+`"><Relationship Id="r1" Type="`+rel+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
		part("xl/workbook.xml", pieces(1, head+`<workbook xmlns="`+main+`" xmlns:r="`+rel+`"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`))
		part("xl/_rels/workbook.xml.rels", pieces(1, head+`<Relationships xmlns="`+archive+`"><Relationship Id="r1" Type="`+rel+`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="`+rel+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`))
		part("xl/worksheets/sheet1.xml", sheet)
		if sharedStrings != nil {
			part("xl/sharedStrings.xml", sharedStrings)
		}
		_ = z.Close()
	}
}

const (
	sheetHead  = `<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>user_id</t></is></c></row>`
	sheetEnd   = `</sheetData></worksheet>`
	sheetPlain = sheetHead + `<row><c t="inlineStr"><is><t>u1</t></is></c></row>` + sheetEnd
)

// workbookBombs are bombs in the form of a workbook.
func workbookBombs(t *testing.T) map[string]bomb {
	t.Helper()
	plain := pieces(1, sheetPlain)
	roster := func(says string, sheet, sharedStrings []piece) bomb {
		return bomb{manifest: rosterOf, source: "bomb.xlsx", write: workbookBomb(t, sheet, sharedStrings), status: 78, says: says}
	}
	later := func(says string, sheet, sharedStrings []piece) bomb {
		b := roster(says, sheet, sharedStrings)
		b.long = true
		return b
	}
	const long = "longer than 1024 KiB"
	entities := func(declared, used string) []piece {
		return pieces(1, "<!DOCTYPE x ["+declared+"]>"+sheetHead+`<row><c t="inlineStr"><is><t>`+used+`</t></is></c></row>`+sheetEnd)
	}
	return map[string]bomb{
		"a zip of more than a gigabyte": later("larger than 1024 MiB", pieces(1, sheetHead, 160<<20, "<!---->", 1, sheetEnd), nil),
		"shared strings without a text": later("shared strings", plain, pieces(1, "<sst>", 50<<20, "<si/>", 1, "</sst>")),
		"many shared strings":           later("shared strings", plain, pieces(1, "<sst>", 14<<20, "<si><t>u</t></si>", 1, "</sst>")),
		"long shared strings":           later("shared strings", plain, pieces(1, "<sst>", 500, "<si><t>"+strings.Repeat("u", 1<<20-100)+"</t></si>", 1, "</sst>")),
		"an endless CDATA section":      roster(long, pieces(1, sheetHead+"<row><c><v><![CDATA[", 500<<20, "<", 1, "]]></v></c></row>"+sheetEnd), nil),
		"an endless comment":            roster(long, pieces(1, sheetHead+"<!--", 500<<20, "<", 1, "-->"+sheetEnd), nil),
		"an endless instruction":        roster(long, pieces(1, sheetHead+"<?x ", 500<<20, "<", 1, "?>"+sheetEnd), nil),
		"an endless declaration":        roster(long, pieces(1, "<!DOCTYPE x [", 250<<20, "<>", 1, "]>"+sheetPlain), nil),
		"a value in many pieces":        roster(long, pieces(1, sheetHead+"<row><c><v>", 4<<20, "a<?x?>", 1, "</v></c></row>"+sheetEnd), nil),
		"rows without end":              later("1048576 rows", pieces(1, sheetHead, 20<<20, "<row/>", 1, sheetEnd), nil),
		"rows as wide as can be":        later("cells", pieces(1, sheetHead, 10<<20, `<row><c r="XFD1"/></row>`, 1, sheetEnd), nil),
		"wide rows with a value":        later("cells", pieces(1, sheetHead, 1<<19, `<row><c r="XFD1"><v>1</v></c></row>`, 1, sheetEnd), nil),
		"laughs":                        roster("damaged", entities(`<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">`, "&c;"), nil),
		"an outside entity":             roster("damaged", entities(`<!ENTITY a SYSTEM "file:///proc/self/environ">`, "&a;"), nil),
		"deep elements": {
			long: true, manifest: rosterOf, source: "bomb.xlsx", status: 0,
			write: workbookBomb(t, pieces(1, sheetHead+`<row><c t="inlineStr"><is><t>u1</t></is></c></row></sheetData>`, 20<<20, "<x>"), nil),
		},
		"many parts": {long: true, manifest: rosterOf, source: "bomb.xlsx", status: 78, says: "too many parts", write: manyParts(4 << 20)},
	}
}

// manyParts is a zip whose directory alone fills the memory.
func manyParts(n int) func(*bufio.Writer) {
	entry := append([]byte("PK\x01\x02"), make([]byte, 43)...) // the name is one NUL
	entry[28] = 1
	return func(w *bufio.Writer) {
		piece{n, string(entry)}.write(w)
		end := append([]byte("PK\x05\x06"), make([]byte, 18)...)
		binary.LittleEndian.PutUint16(end[8:], uint16(n))
		binary.LittleEndian.PutUint16(end[10:], uint16(n))
		binary.LittleEndian.PutUint32(end[12:], uint32(n*len(entry)))
		_, _ = w.Write(end)
	}
}

// tableBombs are bombs in the form of text tables.
func tableBombs() map[string]bomb {
	longLine := func(parts ...any) bomb {
		return bomb{manifest: rosterOf, source: "bomb.csv", write: repeated(parts...), status: 78, says: "longer than 1024 KiB"}
	}
	names := func(w *bufio.Writer, n int, format string) {
		for i := range n {
			_, _ = fmt.Fprintf(w, format, i)
		}
	}
	return map[string]bomb{
		"a line without an end":     longLine(1, "user_id\n", 400<<20, "x"),
		"a quoted cell without end": longLine(1, "user_id\n\"", 200<<20, "x\n"),
		"a quoted cell in disguise": longLine(1, "user_id\nx\"\n\"", 200<<20, "x\n"),
		"commas":                    longLine(1, "user_id", 400<<20, ","),
		"a table beyond a gigabyte": {
			long: true, manifest: rosterOf, source: "bomb.csv", write: repeated(1, "user_id\n", 1<<30, "x"), status: 78, says: "1024 MiB",
		},
		"a jsonl line without an end": {
			manifest: rowsOf, source: "bomb.jsonl", write: repeated(1, `{"process_query_key":"`, 400<<20, "x"), status: 78, says: "longer than 1024 KiB",
		},
		"deep jsonl": {
			manifest: rowsOf, source: "bomb.jsonl", write: repeated(1, `{"process_query_key":`, 1<<19, "[", 1<<19, "]", 1, "}\n"), status: 78, says: "longer than 1024 KiB",
		},
		"jsonl of many names": {
			long: true, manifest: rowsOf, source: "bomb.jsonl", status: 78, says: "names",
			write: func(w *bufio.Writer) {
				for i := range 500 {
					_, _ = fmt.Fprintf(w, "{\"%d%s\":1}\n", i, strings.Repeat("n", 1<<20-100))
				}
			},
		},
		"jsonl of wide rows": {
			long: true, manifest: rowsOf, source: "bomb.jsonl", status: 78, says: "names",
			write: func(w *bufio.Writer) {
				_, _ = w.WriteString(`{"process_query_key":"K"`)
				names(w, 16_000, `,"n%d":1`)
				_, _ = w.WriteString("}\n")
				piece{32 << 20, "{}\n"}.write(w)
			},
		},
		"a roster of many columns": {
			long: true, manifest: rosterOf, source: "bomb.csv", status: 78, says: "columns",
			write: func(w *bufio.Writer) {
				_, _ = w.WriteString("user_id")
				names(w, 100_000, ",c%d")
				for i := range 300 {
					_, _ = fmt.Fprintf(w, "\nu%d", i)
					piece{100_000, ",x"}.write(w)
				}
			},
		},
		"a roster of long texts": {
			long: true, manifest: rosterOf, source: "bomb.csv", status: 78, says: "oo large",
			write: func(w *bufio.Writer) {
				_, _ = w.WriteString("user_id,name\n")
				for i := range 700 {
					_, _ = fmt.Fprintf(w, "u%d,%s\n", i, strings.Repeat("n", 1<<20-100))
				}
			},
		},
		"an audience of many": {
			long: true, manifest: rowsOf, source: "bomb.csv", status: 0,
			write: func(w *bufio.Writer) {
				_, _ = w.WriteString("process_query_key,audience\n")
				for i := range 40 {
					_, _ = fmt.Fprintf(w, "k%d,", i)
					names(w, 100_000, "%d;")
					_, _ = w.WriteString("\n")
				}
			},
		},
	}
}

// fileBombs are what a manifest names and must not read.
func fileBombs() map[string]bomb {
	reads := func(path string) string {
		return asker + "message \"a\" {\n  process_query_key = \"K\"\n  title = file(\"" + path + "\")\n}\n"
	}
	roster := func(path string) string { return strings.ReplaceAll(rosterOf, "SOURCE", path) }
	link := func(target, name string) func(string) error {
		return func(dir string) error { return os.Symlink(target, filepath.Join(dir, name)) }
	}
	fifo := func(name string) func(string) error {
		return func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, name), 0o600) }
	}
	const outside, irregular = "outside of the manifest's folder", "not a regular file"
	return map[string]bomb{
		"the environment":             {manifest: reads("/proc/self/environ"), status: 78, says: outside},
		"the environment, roundabout": {manifest: reads("../../../../../../../../../../proc/self/environ"), status: 78, says: outside},
		"the environment as a table":  {manifest: roster("/proc/self/environ"), status: 78, says: outside},
		"a device":                    {manifest: reads("/dev/zero"), status: 78, says: outside},
		"a link to a device":          {manifest: reads("x"), plant: link("/dev/zero", "x"), status: 78, says: outside},
		"a link out":                  {manifest: reads("x"), plant: link("/etc/passwd", "x"), status: 78, says: outside},
		"a link to the environment":   {manifest: roster("x.csv"), plant: link("/proc/self/environ", "x.csv"), status: 78, says: outside},
		"a loop of links":             {manifest: reads("x"), plant: link("x", "x"), status: 78, says: "too many links"},
		"a fifo":                      {manifest: reads("x"), plant: fifo("x"), status: 78, says: irregular},
		"a fifo as a table":           {manifest: roster("x.csv"), plant: fifo("x.csv"), status: 78, says: irregular},
		"a folder":                    {manifest: reads("."), status: 78, says: "a folder"},
		"a manifest that is a fifo":   {manifest: asker, plant: fifo("b.audit.hcl"), status: 78, says: irregular},
		"a manifest that is a link":   {manifest: asker, plant: link("/etc/passwd", "b.audit.hcl"), status: 78, says: outside},
		"values from a fifo":          {manifest: asker, plant: fifo("x.auto.auditvars"), status: 78, says: irregular},
		"values from a device":        {manifest: asker, args: []string{"-var-file", "/dev/zero", "validate"}, status: 78, says: irregular},
		"a scenario that is a fifo":   {manifest: asker, plant: fifo("x"), args: []string{"--simulator", "--scenario", "x", "apply", "-auto-approve"}, status: 78, says: "it is empty"},
		"a scenario that is a device": {manifest: asker, args: []string{"--simulator", "--scenario", "/dev/zero", "apply", "-auto-approve"}, status: 78, says: "more than"},
		"a plan that is a fifo":       {manifest: asker, plant: fifo("x"), args: []string{"apply", "x"}, status: 1, says: "no saved plan"},
		"a plan over a fifo":          {manifest: asker, plant: fifo("x"), args: []string{"--simulator", "plan", "-out", "x"}, status: 64, says: "a device or a pipe"},
		"a state that is a fifo":      {manifest: asker, plant: fifo("audit.db"), args: []string{"show"}, status: 1, says: "not a state"},
		"an import that is a fifo":    {manifest: asker, plant: fifo("x"), args: []string{"state", "import", "x"}, status: 1, says: "whole export"},
		"keys from a fifo":            {manifest: asker, plant: fifo("x"), args: []string{"--simulator", "query", "x"}, status: 64, says: "no key"},
		"keys from a device":          {manifest: asker, args: []string{"--simulator", "query", "/dev/zero"}, status: 64, says: "too large"},
		"a certificate from a fifo": {
			manifest: strings.Replace(asker, "}", "  ca_file = \"x\"\n}", 1) + "message \"a\" {\n  process_query_key = \"K\"\n}\n",
			plant:    fifo("x"), args: []string{"apply", "-auto-approve"}, status: 78, says: irregular,
		},
	}
}

// textBombs are other files that the program reads.
func textBombs() map[string]bomb {
	vars := "variable \"x\" {\n  type = any\n}\n" + asker
	return map[string]bomb{
		"values in the dark":    {manifest: vars, source: "x.auto.auditvars", write: repeated(1, "x = ", 100_000, "[", 100_000, "]"), status: 78, says: "Nested too deeply"},
		"values of templates":   {manifest: vars, source: "x.auto.auditvars", write: repeated(1, "x = ", 100_000, `"${`, 100_000, `}"`), status: 78, says: "Nested too deeply"},
		"values without end":    {manifest: vars, source: "x.auto.auditvars", write: repeated(350<<20, "x"), status: 78, says: "1024 KiB"},
		"many values":           {long: true, manifest: vars, source: "x.auto.auditvars", write: repeated(150_000, "x = 1\n"), status: 78},
		"a deep scenario":       {manifest: asker, source: "simulator.json", write: repeated(1, `{"messages":`, 10<<20, "["), args: []string{"--simulator", "apply", "-auto-approve"}, status: 78, says: "simulator.json"},
		"a closed scenario":     {manifest: asker, source: "simulator.json", write: repeated(1, `{"messages":`, 5000, "[", 5000, "]", 1, "}"), args: []string{"--simulator", "apply", "-auto-approve"}, status: 78, says: "simulator.json"},
		"a scenario of faults":  {long: true, manifest: asker, source: "simulator.json", write: repeated(1, `{"faults":[{}`, 8<<20, ",{}", 1, "]}"), args: []string{"--simulator", "apply", "-auto-approve"}, status: 78, says: "simulator.json"},
		"a scenario of names":   {long: true, manifest: asker, source: "simulator.json", write: repeated(1, `{"messages":[{"readers":["a"`, 15<<20, `,"a"`, 1, "]}]}"), args: []string{"--simulator", "apply", "-auto-approve"}, status: 78, says: "simulator.json"},
		"an endless scenario":   {manifest: asker, source: "simulator.json", write: repeated(350<<20, " "), args: []string{"--simulator", "apply", "-auto-approve"}, status: 78, says: "simulator.json"},
		"an endless plan":       {manifest: asker, source: "p", write: repeated(1, `{"format_version":"1.0","steps":[`, 200<<20, "{},"), args: []string{"apply", "p"}, status: 1, says: "no saved plan"},
		"a deep plan":           {manifest: asker, source: "p", write: repeated(1, `{"format_version":"1.0","steps":`, 20<<20, "["), args: []string{"apply", "p"}, status: 1, says: "no saved plan"},
		"a plan of steps":       {manifest: asker, source: "p", write: repeated(1, `{"format_version":"1.0","steps":[{}`, 20<<20, ",{}", 1, "]}"), args: []string{"apply", "p"}, status: 1, says: "p: "},
		"an import in one line": {manifest: asker, source: "s", write: repeated(1, `{"type":"state"`, 350<<20, " "), args: []string{"state", "import", "s"}, status: 1, says: "whole export"},
		"a deep import":         {manifest: asker, source: "s", write: repeated(1, `{"type":"state","x":`, 10<<20, "["), args: []string{"state", "import", "s"}, status: 1, says: "whole export"},
		"keys without end":      {manifest: asker, source: "k", write: repeated(350<<20, "x"), args: []string{"--simulator", "query", "k"}, status: 64, says: "too large"},
		"words without end":     {manifest: asker, source: "k", write: repeated(30<<20, "x "), args: []string{"--simulator", "query", "k"}, status: 64},
	}
}

// TestHostileFiles is row 22 of the faults and attacks, and the bombs of
// every other file that the program reads: whatever is in it, there is a
// diagnostic, within bounds of memory and time.
func TestHostileFiles(t *testing.T) {
	if longtest.UnderRace {
		t.Skip("the race detector has nothing to find here")
	}
	for _, group := range []struct {
		name  string
		bombs map[string]bomb
	}{{"workbook", workbookBombs(t)}, {"table", tableBombs()}, {"file", fileBombs()}, {"text", textBombs()}} {
		idle := idleMemory(t, t.TempDir())
		for name, b := range group.bombs {
			t.Run(group.name+"/"+name, func(t *testing.T) {
				if b.long {
					longtest.Require(t)
				}
				b.explode(t, idle)
			})
		}
	}
}

// explode runs the program, which takes idle bytes of memory for nothing, on the bomb.
func (b bomb) explode(t *testing.T, idle int64) {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "main.audit.hcl", strings.ReplaceAll(b.manifest, "SOURCE", b.source))
	if b.write != nil {
		f, err := os.Create(filepath.Join(dir, b.source))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		b.write(w)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
	if b.plant != nil {
		if err := b.plant(dir); err != nil {
			t.Fatal(err)
		}
	}
	args := b.args
	if args == nil {
		args = []string{"validate"}
	}
	s := spend(t, dir, args...)
	s.withinBounds(t, idle)
	if s.status != b.status || !strings.Contains(s.output, b.says) {
		t.Errorf("exit status %d, want %d and %q in:\n%.3000s", s.status, b.status, b.says, s.output)
	}
}

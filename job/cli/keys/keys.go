// Package keys finds processQueryKeys in what a user gives: arguments, files,
// tables, pasted text.
package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/table"
)

// The bounds of a text that is searched for keys, in bytes, and of the keys.
const (
	maxPasted = 16 << 20
	maxKeys   = 1_000_000
)

// A Found is the keys that were found.
type Found struct {
	Keys []string
	// repeated counts the keys that were there before, passed the words of pasted
	// text that are no keys.
	repeated, passed int
	Stdin            bool
	// pasted says that the keys were picked out of something.
	pasted bool
	seen   map[string]bool
}

// String says what was found where that isn't plain to see.
func (f *Found) String() string {
	if !f.pasted && f.repeated == 0 {
		return ""
	}
	text := "Found " + term.Plural(len(f.Keys), "key")
	if f.repeated > 0 {
		text += ", and " + term.Count(f.repeated) + " of them again"
	}
	if f.passed > 0 {
		text += "; " + term.Plural(f.passed, "other word") + " passed over"
	}
	return text + "."
}

// add takes a key, one more than there may be at most.
func (f *Found) add(key string) {
	switch {
	case f.seen[key]:
		f.repeated++
	case len(f.Keys) <= maxKeys:
		f.seen[key] = true
		f.Keys = append(f.Keys, key)
	}
}

// Collect finds the keys that the arguments are, hold or name; the argument - is
// stdin. Its errors are wrong usage.
func Collect(args []string, stdin io.Reader) (*Found, error) {
	f := &Found{seen: map[string]bool{}}
	for _, arg := range args {
		if err := f.argument(stdin, arg); err != nil {
			return nil, err
		}
	}
	if len(f.Keys) > maxKeys {
		return nil, exit.Usagef("there are more than %d keys in that: a manifest with a messages block reads as many as you like", maxKeys)
	}
	if len(f.Keys) == 0 {
		return nil, exit.Usagef("there is no key in that: a processQueryKey looks like pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=")
	}
	return f, nil
}

func (f *Found) argument(stdin io.Reader, arg string) error {
	if arg == "-" {
		if f.Stdin {
			return exit.Usagef("- stands for standard input, which can be read once")
		}
		f.Stdin = true
		return f.read(stdin, "standard input")
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return exit.Usagef("%s is a folder: name a file in it", arg)
	case err == nil:
		return f.file(arg, info)
	case slices.Contains([]string{".txt", ".csv", ".xlsx", ".json", ".log", ".md", ".eml"}, strings.ToLower(filepath.Ext(arg))):
		return exit.Usagef("there is no file %s", arg)
	case !strings.ContainsFunc(arg, unicode.IsSpace) && bare(arg):
		f.add(arg)
		return nil
	}
	f.scan(arg)
	return nil
}

func (f *Found) file(name string, info fs.FileInfo) error {
	file, err := atomicfile.Open(name)
	if err != nil {
		return exit.Usagef("read the keys: %w", err)
	}
	defer func() { _ = file.Close() }()
	extension := strings.ToLower(filepath.Ext(name))
	if extension == ".csv" || extension == ".xlsx" {
		done, err := f.table(file, info.Size(), name)
		if done || err != nil {
			return err
		}
		if extension == ".xlsx" {
			return exit.Usagef("%s has no column process_query_key: call the column with the keys that", name)
		}
	}
	return f.read(file, name)
}

// table takes the column of keys; false when there is none.
func (f *Found) table(file *os.File, size int64, name string) (bool, error) {
	t, err := table.Open(file, size, filepath.Base(name), table.Options{})
	if err != nil {
		return false, exit.Usagef("read the keys from %s: %w", name, err)
	}
	column := slices.IndexFunc(t.Header(), keyColumn)
	if column < 0 {
		return false, nil
	}
	f.pasted = true
	for row, err := range t.Rows() {
		if err != nil {
			return false, exit.Usagef("read the keys from %s: %w", name, err)
		}
		if key := row.Cells[column].Text; key != "" {
			f.add(strings.Clone(key))
		}
	}
	return true, nil
}

func keyColumn(header string) bool {
	name := strings.NewReplacer("_", "", " ", "", "-", "").Replace(strings.ToLower(header))
	return name == "processquerykey" || name == "querykey" || name == "key"
}

func (f *Found) read(r io.Reader, name string) error {
	text, err := io.ReadAll(io.LimitReader(r, maxPasted+1))
	if err != nil {
		return exit.With(exit.Failure, fmt.Errorf("read the keys from %s: %w", name, err))
	}
	if len(text) > maxPasted {
		return exit.With(exit.Usage, errors.New(name+" is too large to be searched for keys"))
	}
	f.scan(strings.TrimPrefix(string(text), "\ufeff"))
	return nil
}

// labelled finds keys where the text says that they are: in JSON, in logs, in
// code.
func labelled() *regexp.Regexp {
	return regexp.MustCompile(`(?i)process_?query_?key\\?["']?\s*(?:=>|[:=：])\s*\\?["']?([0-9A-Za-z+/_*-]+={0,2})`)
}

// scan takes the keys out of pasted text: those that are labelled, if any are;
// every line, if each is one bare word; else the words that look like keys.
func (f *Found) scan(text string) {
	f.pasted = true
	if f.scanLabelled(text) {
		return
	}
	list := isList(text)
	for word := range strings.FieldsFuncSeq(text, separates) {
		if list {
			f.add(word)
			continue
		}
		word = strings.Trim(word, ".!?*`#")
		switch {
		case word == "":
		case looksLikeKey(word):
			f.add(word)
		default:
			f.passed++
		}
	}
}

// scanLabelled takes the keys that are labelled; false when none is.
func (f *Found) scanLabelled(text string) bool {
	label, found := labelled(), false
	for {
		at := label.FindStringSubmatchIndex(text)
		if at == nil {
			return found
		}
		found = true
		f.add(text[at[2]:at[3]])
		text = text[at[1]:]
	}
}

// separates reports what stands between words: it can be in no key.
func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:|\"'<>()[]{}，、；：。“”‘’（）【】《》", r)
}

// isList reports whether every line is one bare word, or some with commas or
// semicolons between them, and none is prose.
func isList(text string) bool {
	for line := range strings.Lines(text) {
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' }) {
			if word = strings.TrimSpace(word); word != "" && !bare(word) {
				return false
			}
		}
	}
	return true
}

// bare reports whether a word has only characters of a key, which is Base64.
func bare(word string) bool {
	const most = 256
	body := strings.TrimRight(word, "=")
	return body != "" && len(word) <= most && len(word)-len(body) <= 2 && !strings.ContainsFunc(body, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/_-", r)
	})
}

// looksLikeKey tells a key from a word, a number, a date and a link by its looks:
// it ends in =, or is long and mixes digits with letters of both cases.
func looksLikeKey(word string) bool {
	const short, long = 8, 20
	if !bare(word) || len(word) < short {
		return false
	}
	if strings.HasSuffix(word, "=") {
		return true
	}
	return len(word) >= long && strings.ContainsFunc(word, unicode.IsDigit) &&
		strings.ContainsFunc(word, unicode.IsUpper) && strings.ContainsFunc(word, unicode.IsLower)
}

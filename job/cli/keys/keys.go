// Package keys finds processQueryKeys in arguments, files, tables and pasted text.
package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/ident"
	"notifyaudit/job/table"
)

// The limits of a text to search, in bytes, and of the number of keys.
const (
	maxPasted = 16 << 20
	maxKeys   = 1_000_000
)

// Found is the result of a search for keys.
type Found struct {
	Keys []string
	// Stdin means that standard input was read.
	Stdin bool
	// repeated counts keys that were found before, passed the words of pasted text that
	// are no keys, and partial those that are masked or cut off.
	repeated, passed, partial int
	// pasted means that the keys come from a text or a table.
	pasted bool
	seen   map[string]bool
}

// String tells what was found; "" if the arguments were the keys.
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
	if f.partial > 0 {
		text += "; " + term.Plural(f.partial, "key") + " masked or cut off, not asked: copy the whole key"
	}
	return text + "."
}

// add adds a key. It stops at one more than the limit.
func (f *Found) add(key string) {
	switch {
	case f.seen[key]:
		f.repeated++
	case len(f.Keys) <= maxKeys:
		f.seen[key] = true
		f.Keys = append(f.Keys, key)
	}
}

// Collect finds the keys in the arguments: a key, a text, the name of a file, or - for
// stdin. An error is wrong usage.
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
	if len(f.Keys) == 0 && f.partial > 0 {
		return nil, exit.Usagef("every key in that is masked or cut off: copy the whole key from what the send call returned")
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

// table adds the column of keys; false if there is none.
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
		key, err := ident.Key.Parse(row.Cells[column].Text)
		if err != nil {
			return false, exit.Usagef("read the keys from %s, line %d: %w", name, row.Line, err)
		}
		if key != "" {
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

// bare reports whether a word consists of characters of a key, which is Base64.
func bare(word string) bool {
	const most = 256
	body := strings.TrimRight(word, "=")
	return body != "" && len(word) <= most && len(word)-len(body) <= 2 && !strings.ContainsFunc(body, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/_-", r)
	})
}

// looksLikeKey reports whether a word is likely a key, not a word, a number, a date or
// a link: it ends in =, or is long and mixes digits with letters of both cases.
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

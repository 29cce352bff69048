package cli_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// Canaries: in a story the word canary-NAME gets a random part behind it, another
// in every run. NAME person stands for a user id, any other for a secret. After
// each command everything that it wrote is searched for them, files and streams: a
// secret may be nowhere, a user id only in the state, in reports that name people
// and in the output of commands that are there to name people.
var canaryWord = regexp.MustCompile(`\bcanary-[a-z]+\b`)

const personWord = "canary-person"

// A watch is one story's canaries.
type watch struct {
	// dir is the folder that the story plays in.
	dir string
	// random is the random part of each word.
	random map[string]string
	// inputs are the story's own files, by content: wherever they are copied to,
	// they are no news.
	inputs map[string]bool
	// named are the places of reports that name people.
	named []*regexp.Regexp
	// copies are the contents of files that may name people, by digest: a story may
	// copy them.
	copies map[[sha256.Size]byte]bool
	// seen are the files that were searched already, as they were then.
	seen map[string]fs.FileInfo
}

// plant puts random canaries into a story.
func plant(story []byte) ([]byte, *watch) {
	w := &watch{random: map[string]string{}, inputs: map[string]bool{}, copies: map[[sha256.Size]byte]bool{}, seen: map[string]fs.FileInfo{}}
	story = canaryWord.ReplaceAllFunc(story, func(word []byte) []byte {
		if w.random[string(word)] == "" {
			w.random[string(word)] = strings.ToLower(rand.Text())
		}
		return []byte(string(word) + "-" + w.random[string(word)])
	})
	for _, f := range txtar.Parse(story).Files {
		w.inputs[string(f.Data)] = true
		if isManifest(f.Name) {
			w.allowReports(string(f.Data))
		}
	}
	return story, w
}

func isManifest(path string) bool { return strings.Contains(filepath.Base(path), ".audit.hcl") }

var (
	reportBlock  = regexp.MustCompile(`(?ms)^report "(excel|csv|html)"[^{]*\{(.*?)\}$`)
	reportPlace  = regexp.MustCompile(`\b(?:path|directory) *= *"([^"]*)"`)
	reportHides  = regexp.MustCompile(`\bpeople *= *"aggregate"`)
	interpolated = regexp.MustCompile(`\\\$\\\{.*?\\\}`)
)

// allowReports notes where a manifest has the reports that name people. The JSON
// report and the page in Markdown name nobody.
func (w *watch) allowReports(manifest string) {
	for _, block := range reportBlock.FindAllStringSubmatch(manifest, -1) {
		if place := reportPlace.FindStringSubmatch(block[2]); place != nil && !reportHides.MatchString(block[2]) {
			w.allow(interpolated.ReplaceAllString(regexp.QuoteMeta(place[1]), `[^/]*`))
		}
	}
}

func (w *watch) allow(pattern string) {
	w.named = append(w.named, regexp.MustCompile(`(?:^|/)`+pattern+`(?:$|/)`))
}

var stateFile = regexp.MustCompile(`\.db(?:-wal|-shm|-journal)?$`)

func (w *watch) mayName(path string) bool {
	return stateFile.MatchString(path) || slices.ContainsFunc(w.named, func(p *regexp.Regexp) bool { return p.MatchString(path) })
}

// ran searches what one command wrote. Each leak is a line.
func (w *watch) ran(args []string, stdout, stderr string) []string {
	names := namesPeople(args)
	if i := slices.Index(args, "-o"); names && i >= 0 && i+1 < len(args) {
		// query writes people.csv and its like beside the file that it was given.
		path := strings.TrimSuffix(args[i+1], filepath.Ext(args[i+1]))
		w.allow(regexp.QuoteMeta(filepath.ToSlash(path)) + `(?:-[a-z]+)?\.[a-z]+`)
	}
	leaks := w.search("standard output", []byte(stdout), names)
	leaks = append(leaks, w.search("standard error", []byte(stderr), false)...)
	return append(leaks, w.files()...)
}

// namesPeople reports whether a command is there to name people.
func namesPeople(args []string) bool {
	line := " " + strings.Join(args, " ") + " "
	return strings.Contains(line, " query ") ||
		regexp.MustCompile(` show (?:-json )?[^ -][^ ]* `).MatchString(line) || // state show, too
		strings.Contains(line, " state export ") || strings.Contains(line, " state person ") ||
		strings.Contains(line, " report ") && strings.Contains(line, " -o ")
}

// files searches the story's folder, files that have not changed since the last
// time aside.
func (w *watch) files() (leaks []string) {
	err := filepath.WalkDir(w.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(w.dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		leaks = append(leaks, w.search("the name of "+name, []byte(name), false)...)
		if !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		before := w.seen[path]
		if before != nil && os.SameFile(before, info) && before.ModTime().Equal(info.ModTime()) && before.Size() == info.Size() {
			return nil
		}
		w.seen[path] = info
		content, err := os.ReadFile(path)
		if err != nil || w.inputs[string(content)] || isManifest(name) {
			return err
		}
		digest := sha256.Sum256(content)
		mayName := w.mayName(name) || w.copies[digest]
		w.copies[digest] = mayName
		leaks = append(leaks, w.search(name, content, mayName)...)
		return nil
	})
	if err != nil {
		leaks = append(leaks, err.Error())
	}
	return leaks
}

// search looks for the canaries in what was found at a place, packed or not.
func (w *watch) search(place string, content []byte, mayName bool) (leaks []string) {
	for _, view := range unpacked(content) {
		for word, random := range w.random {
			if word == personWord && mayName {
				continue
			}
			if form := findIn(view, random); form != "" {
				leaks = append(leaks, fmt.Sprintf("%s is in %s%s", word, place, form))
			}
		}
	}
	return leaks
}

// unpacked is the content itself and, when it is an archive, what is in it.
func unpacked(content []byte) [][]byte {
	views := [][]byte{content}
	if book, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
		for _, f := range book.File {
			r, err := f.Open()
			if err != nil {
				continue
			}
			part, err := io.ReadAll(r)
			if err == nil {
				views = append(views, part, []byte(f.Name+f.Comment))
			}
			_ = r.Close()
		}
	}
	if r, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
		part, _ := io.ReadAll(r) // as far as it goes
		views = append(views, part)
	}
	return views
}

// findIn says in which form a half of the random part is in the content; "" when
// it is not. Halves: what is cut or broken in two leaks, too. JSON, XML and URLs
// escape nothing of it.
func findIn(content []byte, random string) string {
	half := len(random) / 2
	for _, part := range []string{random[:half], random[half:]} {
		for form, needle := range forms(part) {
			if bytes.Contains(content, needle) {
				return form
			}
		}
	}
	return ""
}

func forms(part string) map[string][]byte {
	backwards := []byte(part)
	slices.Reverse(backwards)
	wide := []byte(strings.Join(strings.Split(part, ""), "\x00"))
	all := map[string][]byte{
		" as it is": []byte(part), ", in capitals": []byte(strings.ToUpper(part)), ", backwards": backwards,
		", in UTF-16": wide, ", in hexadecimal": []byte(hex.EncodeToString([]byte(part))),
		", in capital hexadecimal": []byte(strings.ToUpper(hex.EncodeToString([]byte(part)))),
	}
	// The digits in the middle are the same whatever comes before and after.
	for shift := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte("\x00\x00"[:shift] + part))
		first, last := (shift*4+2)/3, len(text)
		if (shift+len(part))%3 != 0 {
			last--
		}
		all[fmt.Sprintf(", in base64 (%d)", shift)] = []byte(text[first:last])
	}
	return all
}

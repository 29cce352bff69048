// Package inputs knows the files that an audit reads or keeps, so that nothing is
// written over one of them.
//
// Two paths are one file when they are equal but for case and Unicode's form, when
// links lead from one to the other, or when the file system says so (hard links,
// mounts). Case counts for nothing on every system: a folder moves from one to the
// other.
package inputs

import (
	"os"
	"path/filepath"
	"strings"

	"notifyaudit/job/state/companion"

	"golang.org/x/text/unicode/norm"
)

// A File is one that must stay as it is.
type File struct {
	// Path is absolute.
	Path string
	// What it is to the audit, as in "the state".
	What string
}

// A Set is all files that must stay as they are. The zero value has none. It is for
// one goroutine.
type Set struct {
	files []File
	known map[string]bool // by path
}

// Add adds a file, which need not exist. A relative path begins at the working
// folder; an empty one is none, and neither is a folder.
func (s *Set) Add(what, path string) {
	abs, err := filepath.Abs(path)
	if path == "" || err != nil || s.known[abs] {
		return
	}
	if info, err := os.Stat(abs); err == nil && info.IsDir() {
		return
	}
	if s.known == nil {
		s.known = make(map[string]bool)
	}
	s.known[abs] = true
	s.files = append(s.files, File{Path: abs, What: what})
}

// AddState adds the database of a state, with the files that belong to it.
func (s *Set) AddState(path string) {
	s.Add("the state", path)
	for _, companion := range companion.Files(path) {
		s.Add("a part of the state", companion)
	}
}

// Find returns the file that would be lost if something were written to path: the
// file itself, or one that path leads through as if it were a folder.
func (s *Set) Find(path string) (File, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return File{}, false
	}
	if name := fold(filepath.Base(abs)); strings.HasPrefix(name, ".credential-") && strings.HasSuffix(name, ".lock") {
		return File{Path: abs, What: "the lock of a credential"}, true
	}
	known := make([]identity, len(s.files))
	for i, f := range s.files {
		known[i] = identify(f.Path)
	}
	for at := abs; ; at = filepath.Dir(at) {
		target := identify(at)
		for i := range known {
			if known[i].same(target) {
				return s.files[i], true
			}
		}
		if at == filepath.Dir(at) {
			return File{}, false
		}
	}
}

// FindReplaced returns the file that a new file would replace at path, or that would be
// a folder of the other. A link in the place of the file is replaced, not followed;
// links in its folder count.
func (s *Set) FindReplaced(path string) (File, bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return File{}, false
	}
	target := place(abs)
	for _, f := range s.files {
		if known := place(f.Path); known == target || below(known, target) || below(target, known) {
			return f, true
		}
	}
	return File{}, false
}

// below reports whether a file would have to lie in a folder that is a file.
func below(file, path string) bool { return strings.HasPrefix(file, path+string(filepath.Separator)) }

// place is a folded path whose folder is resolved.
func place(path string) string {
	return fold(filepath.Join(resolve(filepath.Dir(path), maxLinks), filepath.Base(path)))
}

// An identity is compared to find whether two paths are one file.
type identity struct {
	path, real string      // folded
	info       os.FileInfo // nil for a file that doesn't exist
}

func identify(path string) identity {
	id := identity{path: fold(path), real: fold(resolve(path, maxLinks))}
	if info, err := os.Stat(path); err == nil {
		id.info = info
	}
	return id
}

func (id identity) same(other identity) bool {
	return id.path == other.path || id.real == other.real ||
		id.info != nil && other.info != nil && os.SameFile(id.info, other.info)
}

// fold is a path without what file systems may not tell apart.
func fold(path string) string { return strings.ToLower(norm.NFC.String(path)) }

// maxLinks is how many links to what doesn't exist are followed.
const maxLinks = 40

// resolve follows the links in a path, also those to what doesn't exist yet.
func resolve(path string, links int) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	dir := filepath.Dir(path)
	if link, err := os.Readlink(path); err == nil && links > 0 {
		if !filepath.IsAbs(link) {
			link = filepath.Join(dir, link)
		}
		return resolve(link, links-1)
	}
	if dir == path {
		return path
	}
	return filepath.Join(resolve(dir, links), filepath.Base(path))
}

package source

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// respell finds a path whose names are written in another of Unicode's forms: ü
// is one character or two, macOS takes it apart and other systems don't, and an
// archive or a volume carries names from the one to the other. False when there is
// no such path.
func respell(path string) (string, bool) {
	if _, err := os.Lstat(path); err == nil {
		return path, true
	}
	dir, name := filepath.Split(path)
	if dir == "" || name == "" || isASCII(path) {
		return "", false
	}
	dir, found := respell(filepath.Clean(dir))
	if !found {
		return "", false
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false
	}
	wanted := norm.NFC.String(name)
	for _, e := range entries {
		if norm.NFC.String(e.Name()) == wanted {
			return filepath.Join(dir, e.Name()), true
		}
	}
	return "", false
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })
}

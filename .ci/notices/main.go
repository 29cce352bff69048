// Command notices prints the licenses of what the program is made of, on any
// platform of a release: of itself, of Go's library, and of each module that is
// linked in. It runs at the top of the repository, after each change of go.mod:
//
//	go run .ci/notices/main.go >job/cli/notice/notices.txt
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are the ones of .goreleaser.yaml.
func platforms() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}
}

// legal are the names of files that a copy must carry.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents|unlicense)([-.].*)?$`)

func main() {
	if err := write(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(ctx context.Context, w io.Writer) error {
	modules := map[string]*module{}
	for _, platform := range platforms() {
		if err := list(ctx, platform, modules); err != nil {
			return err
		}
	}
	own, err := texts(".")
	if err != nil {
		return err
	}
	root, err := output(exec.CommandContext(ctx, "go", "env", "GOROOT"))
	if err != nil {
		return err
	}
	library, err := texts(strings.TrimSpace(root))
	if err != nil {
		return err
	}
	sections := []section{{[]string{"notifyaudit"}, own}, {[]string{"Go, its library and its runtime"}, library}}
	others, err := together(slices.SortedFunc(maps.Values(modules), func(a, b *module) int { return cmp.Compare(a.name, b.name) }))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("The program is made of what is listed here, each under its own license. The\nsource of a module is at https://pkg.go.dev/ with its name behind it.\n")
	for _, s := range append(sections, others...) {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s", strings.Repeat("=", 80), strings.Join(s.names, "\n"), s.text)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// A module is one that is linked in.
type module struct {
	name    string          // PATH@VERSION
	folder  string          // of its files
	folders map[string]bool // of its packages that are linked in
}

// list adds the modules of a platform's build.
func list(ctx context.Context, platform string, modules map[string]*module) error {
	system, processor, _ := strings.Cut(platform, "/")
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}"
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-f", format, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
	out, err := output(cmd)
	if err != nil {
		return fmt.Errorf("%s: %w", platform, err)
	}
	for line := range strings.Lines(out) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 { // of Go's library, or of this module
			continue
		}
		if modules[fields[0]] == nil {
			modules[fields[0]] = &module{name: fields[0], folder: fields[1], folders: map[string]bool{}}
		}
		modules[fields[0]].folders[fields[2]] = true
	}
	return nil
}

func output(cmd *exec.Cmd) (string, error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	return string(out), nil
}

// A section is what has one text.
type section struct {
	names []string
	text  string
}

// together joins the modules with equal texts.
func together(modules []*module) ([]section, error) {
	var sections []section
	for _, m := range modules {
		text, err := m.text()
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(sections, func(s section) bool { return s.text == text })
		if i < 0 {
			sections = append(sections, section{text: text})
			i = len(sections) - 1
		}
		sections[i].names = append(sections[i].names, m.name)
	}
	return sections, nil
}

// text is what the module's top says, and the folders down to its packages that
// are linked in.
func (m *module) text() (string, error) {
	top, err := texts(m.folder)
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.name, err)
	}
	all := []string{top}
	below := map[string]bool{}
	for folder := range m.folders {
		for ; folder != m.folder; folder = filepath.Dir(folder) {
			below[folder] = true
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(below)) {
		text, err := texts(folder)
		if err != nil && !errors.Is(err, errNone) {
			return "", err
		}
		all = append(all, text)
	}
	return strings.Join(all, ""), nil
}

var errNone = errors.New("there is no license")

// texts are the legal files of a folder, one behind the other.
func texts(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, entry := range entries {
		if entry.IsDir() || !legal.MatchString(entry.Name()) || strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return "", err
		}
		text := strings.ReplaceAll(string(data), "\r\n", "\n")
		fmt.Fprintf(&b, "%s\n\n", strings.Trim(text, "\n"))
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("%s: %w", folder, errNone)
	}
	return b.String(), nil
}

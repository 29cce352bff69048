// Package notice carries the licenses of what the program is made of: its own, of
// Go's library, and of each module that is linked in.
package notice

import _ "embed"

// text is made anew after each change of go.mod.
//
//go:generate sh -c "cd ../../.. && go run .ci/notices/main.go >job/cli/notice/notices.txt"
//go:embed notices.txt
var text string

// Text returns the licenses, each below the names of what it is for: a line
// MODULE@VERSION for each module.
func Text() string { return text }

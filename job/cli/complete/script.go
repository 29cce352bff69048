package complete

import "embed"

//go:embed scripts
var scripts embed.FS

// Shells returns the shells that have a completion script.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Script returns the completion script of a shell.
func Script(shell string) ([]byte, bool) {
	script, err := scripts.ReadFile("scripts/" + shell)
	return script, err == nil
}

package complete

import "embed"

//go:embed scripts
var scripts embed.FS

// Shells have a completion script.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Script is the completion script for a shell.
func Script(shell string) ([]byte, bool) {
	script, err := scripts.ReadFile("scripts/" + shell)
	return script, err == nil
}

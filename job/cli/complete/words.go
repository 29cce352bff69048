package complete

import (
	"strings"

	"notifyaudit/job/cli/term"
)

// A candidate is a possible completion of a word.
type candidate struct {
	text, about string
	// before is the beginning of the word that stays, such as -target=.
	before string
}

// Candidates that tell the script to complete names of files or folders.
func files() []candidate   { return []candidate{{text: ":files"}} }
func folders() []candidate { return []candidate{{text: ":dirs"}} }

// line returns the candidate in the form that a shell's script reads. typed is the
// word so far, with its quotes. Zsh and fish quote by themselves. Bash replaces what
// follows the last =, and needs the candidate with backslashes.
func (c candidate) line(shell, typed string) string {
	switch {
	case strings.HasPrefix(c.text, ":"):
		return c.text
	case shell == "bash" && strings.ContainsAny(typed, `'"`) && !strings.Contains(typed, `\`):
		return c.text
	case shell == "bash":
		return escape(c.text)
	case c.about == "":
		return c.before + c.text
	}
	const most = 56 // columns: zsh breaks longer lines
	return c.before + c.text + "\t" + term.Clip(c.about, most)
}

// escape puts a backslash before characters that are special to a shell.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(" \t\"'\\$`[]{}()*?!~#&;|<>", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// splitLine splits a line into words at spaces outside of quotes, and keeps the
// quotes. The last word is the one at the cursor and may be empty. There are at least
// two: the program and a word.
func splitLine(line string) []string {
	words, word := []string{}, strings.Builder{}
	quote, escaped := rune(0), false
	for _, r := range strings.TrimLeft(line, " \t") {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == ' ' || r == '\t':
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
			continue
		}
		word.WriteRune(r)
	}
	words = append(words, word.String())
	if len(words) == 1 {
		words = append(words, "")
	}
	return words
}

// unquote removes the quotes of a word as a shell does, also unclosed ones.
func unquote(word string) string {
	var b strings.Builder
	quote, escaped := rune(0), false
	for _, r := range word {
		switch {
		case escaped:
			escaped = false
			b.WriteRune(r)
		case r == '\\' && quote != '\'':
			escaped = true
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case r == quote && quote != 0:
			quote = 0
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

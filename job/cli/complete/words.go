package complete

import (
	"strings"

	"notifyaudit/job/cli/term"
)

// A candidate is something that a word can be completed to.
type candidate struct {
	text, about string
	// before is what stands before it in the same word: -target=.
	before string
}

// The candidates that tell the script to let the shell complete names of files
// or folders.
func files() []candidate   { return []candidate{{text: ":files"}} }
func folders() []candidate { return []candidate{{text: ":dirs"}} }

// line is the candidate as a shell's script takes it; typed is the word so far,
// with its quotes. Zsh and fish quote by themselves; bash replaces what comes
// after the last = and wants what it would have to read.
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
	const most = 56 // columns: zsh would break a line that is longer
	return c.before + c.text + "\t" + term.Clip(c.about, most)
}

// escape puts a backslash before what a shell would take for its own.
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

// splitLine splits a line into words at spaces outside of quotes and leaves the
// quotes in. The last word is the one under the cursor; it may be empty. There
// are two at least: the program and a word.
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

// unquote takes a word's quotes away, as the shell would, closed or not.
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

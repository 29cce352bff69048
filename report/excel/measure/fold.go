package measure

import (
	"strings"

	"notifyaudit/report/excel/ooxml"

	"github.com/mattn/go-runewidth"
)

// Fold breaks a text into lines of at most so many characters, a CJK character
// taking two: at spaces and next to CJK characters, or anywhere when a line has
// neither. There is at least one line.
func Fold(s string, width int) []string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		for {
			at := breakAt(line, width)
			if at == len(line) {
				break
			}
			lines = append(lines, strings.TrimRight(line[:at], " "))
			line = strings.TrimLeft(line[at:], " ")
		}
		lines = append(lines, line)
	}
	return lines
}

// noLineBegin are punctuation marks that stay with the character before.
const noLineBegin = "，。、；：！？）》」』】”’…,.;:!?)%"

// breakAt is the length of the longest beginning of s that fits, up to a place
// where it may be broken, or len(s).
func breakAt(s string, width int) int {
	used, last := 0, 0
	var before rune
	for i, r := range s {
		if i > 0 && mayBreak(before, r) {
			last = i
		}
		w := runewidth.RuneWidth(r)
		if used += w; used > width && i > 0 && r != ' ' {
			if last == 0 {
				return i
			}
			return last
		}
		before = r
	}
	return len(s)
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(noLineBegin, after) {
		return false
	}
	return before == ' ' || runewidth.RuneWidth(before) == 2 || runewidth.RuneWidth(after) == 2
}

// Brief is the text in one line of at most so many characters, with a mark when
// it was cut.
func Brief(s string, width int) string {
	s = strings.ReplaceAll(ooxml.Clean(s), "\n", " ")
	return runewidth.Truncate(s, width, string(ooxml.Ellipsis))
}

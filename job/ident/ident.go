package ident

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"notifyaudit/job"
)

// A Kind is what a text identifies. Its value is the word that messages use.
type Kind string

// The kinds of identifiers.
const (
	UserID       Kind = "user id"
	Key          Kind = "process_query_key"
	RobotCode    Kind = "robot code"
	Conversation Kind = "open_conversation_id"
)

// MaxDigits is how many digits of a number a spreadsheet keeps (IEEE 754).
const MaxDigits = 15

// Parse returns the identifier that a text stands for, without white space,
// invisible characters and a spreadsheet's guard around it. An empty text has
// none: the result is empty and there is no error. Every error is an [*Error].
func (k Kind) Parse(text string) (string, error) {
	if simple(text) {
		return text, nil
	}
	if !utf8.ValidString(text) {
		return "", k.refuse(NotUnicode, text, "is not UTF-8 text", "copy it again from where it was sent")
	}
	id := unguarded(trim(text))
	if id == "" {
		return "", nil
	}
	if len(id) > job.MaxID {
		return "", k.refuse(TooLong, id, "is longer than "+strconv.Itoa(job.MaxID)+" bytes", "write one identifier")
	}
	if err := k.look(id); err != nil {
		return "", err
	}
	if err := k.link(id); err != nil {
		return "", err
	}
	if value, found := k.label(id); found {
		return "", k.refuse(Labelled, id, "has a label", "write only "+shown(value))
	}
	if err := k.escaped(id); err != nil {
		return "", err
	}
	if err := k.characters(id); err != nil {
		return "", err
	}
	if k != UserID {
		if err := k.opaque(id); err != nil {
			return "", err
		}
	}
	return id, nil
}

// ParseNumber is [Kind.Parse] for a value that the file stores as a binary
// floating-point number, as xlsx does. One of more than [MaxDigits] digits is
// not what somebody typed.
func (k Kind) ParseNumber(text string) (string, error) {
	if len(text) > MaxDigits && digits(strings.TrimPrefix(text, "-")) > MaxDigits {
		return "", k.refuse(DigitsLost, text, "is stored as a number of more than 15 digits, of which a spreadsheet keeps 15",
			"format the column as text and enter the values again")
	}
	return k.Parse(text)
}

// simple reports whether the text is letters, underscores and a digit at least, all of
// them ASCII, with the = at the end that Base64 has: most are, and no other rule applies
// to them.
func simple(text string) bool {
	if len(text) > job.MaxID {
		return false
	}
	text = strings.TrimRight(text, "=")
	numbered := false
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			numbered = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		default:
			return false
		}
	}
	return numbered
}

// digits counts the digits of a whole number; 0 when the text is none.
func digits(text string) int {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0
		}
	}
	return len(text)
}

package ident

import (
	"strings"
	"unicode/utf8"
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

// MaxBytes is the length of the longest identifier that is believed. It is four
// times the 64 bytes that the vendor's directory allows for a user id; the
// vendor gives no bound for the others.
const MaxBytes = 256

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
	if len(id) > MaxBytes {
		return "", k.refuse(TooLong, id, "is longer than 256 bytes", "write one identifier")
	}
	if err := k.look(id); err != nil {
		return "", err
	}
	if value, found := k.label(id); found {
		return "", k.refuse(Labelled, id, "has a label", "write only "+shown(value))
	}
	if k != UserID {
		if err := k.opaque(id); err != nil {
			return "", err
		}
	}
	if err := k.characters(id); err != nil {
		return "", err
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

// CheckUserID reports why a user id from an answer of the API can't be believed
// or stored: it is empty, longer than [MaxBytes], not UTF-8, or holds a control
// character. The API's word is taken for everything else; Parse is for what
// people and their tools write.
func CheckUserID(id string) error {
	switch {
	case id == "":
		return UserID.refuse(Missing, id, "is empty", "")
	case len(id) > MaxBytes:
		return UserID.refuse(TooLong, id, "is longer than 256 bytes", "")
	case !utf8.ValidString(id):
		return UserID.refuse(NotUnicode, id, "is not UTF-8 text", "")
	case strings.ContainsFunc(id, control):
		return UserID.refuse(Invisible, id, "holds a control character", "")
	}
	return nil
}

// simple reports whether the text is letters, underscores and a digit at least,
// all of them ASCII: most are, and no other rule applies to them.
func simple(text string) bool {
	if len(text) > MaxBytes {
		return false
	}
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

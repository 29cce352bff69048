package ident

import "strconv"

// A Reason is the kind of mistake that makes a text unsuitable as an identifier.
// Its value is a summary for people.
type Reason string

// The reasons.
const (
	DigitsLost  Reason = "Digits lost"
	NotWhole    Reason = "Not a whole number"
	Date        Reason = "Date in place of an identifier"
	Boolean     Reason = "Truth value in place of an identifier"
	ErrorValue  Reason = "Spreadsheet error in place of an identifier"
	Missing     Reason = "Identifier missing"
	Crowd       Reason = "People in place of an identifier"
	Formula     Reason = "Formula in place of an identifier"
	Placeholder Reason = "Placeholder in place of an identifier"
	Labelled    Reason = "Label before an identifier"
	Encoded     Reason = "Encoded identifier"
	Quoted      Reason = "Quoted identifier"
	Several     Reason = "Several identifiers"
	Blank       Reason = "Blank within an identifier"
	Invisible   Reason = "Invisible character in an identifier"
	FullWidth   Reason = "Full-width characters in an identifier"
	Foreign     Reason = "Unsuitable character in an identifier"
	NotUnicode  Reason = "Identifier is not Unicode"
	TooLong     Reason = "Identifier too long"
)

// An Error says why a text is not an identifier and what to write instead.
type Error struct {
	Kind   Kind
	Reason Reason
	// Text is what was read; it may be long and hold any character.
	Text string
	// Fault says what is wrong with Text, as a clause without a subject.
	Fault string
	// Advice says what to write instead; empty when nobody wrote the text.
	Advice string
}

// Error is one sentence, in which what can't be seen is escaped.
func (e *Error) Error() string {
	text := "the " + string(e.Kind)
	if e.Text != "" {
		text += " " + shown(e.Text)
	}
	text += " " + e.Fault
	if e.Advice != "" {
		text += ": " + e.Advice
	}
	return text
}

func (k Kind) refuse(reason Reason, text, fault, advice string) error {
	return &Error{Kind: k, Reason: reason, Text: text, Fault: fault, Advice: advice}
}

// shown quotes the beginning of a text.
func shown(text string) string {
	const most = 60
	n := 0
	for i := range text {
		if n++; n > most {
			return strconv.Quote(text[:i] + "…")
		}
	}
	return strconv.Quote(text)
}

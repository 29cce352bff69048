package table

import "fmt"

// An Origin says how a file was read, for those who check a figure by it.
type Origin struct {
	// Encoding is a text's: UTF-8, UTF-16LE, UTF-16BE or GB18030; empty for an
	// xlsx. Guessed says that nothing in the file tells it.
	Encoding string
	Guessed  bool
}

// String is for the notes of a report: GB18030 (guessed).
func (o Origin) String() string {
	if o.Guessed {
		return o.Encoding + " (guessed)"
	}
	return o.Encoding
}

// Origin tells how the file was read.
func (r *Reader) Origin() Origin { return r.origin }

// Warnings are what is odd about the file as a whole.
func (r *Reader) Warnings() []Warning { return r.warnings }

func (r *Reader) textOrigin(f *textFile) {
	r.origin = Origin{Encoding: f.encoding, Guessed: f.guessed}
	if f.guessed {
		r.warnings = append(r.warnings, Warning{"Encoding guessed", fmt.Sprintf(
			"Nothing in the file says how its text is encoded. It was read as %s: look whether names are right, or %s.", f.encoding, saveAsUTF8)})
	}
}

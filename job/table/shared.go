package table

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// The bounds of a workbook's shared strings, which are held in memory.
const (
	maxSharedText = 128 << 20 // bytes of all texts
	maxShared     = 1 << 22   // texts
)

// sharedTexts are the texts that cells point into, one behind the other: a
// string for each would take more than most of the texts.
type sharedTexts struct {
	text []byte
	ends []uint32
}

func (t *sharedTexts) len() int { return len(t.ends) }

func (t *sharedTexts) at(i int) string {
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return string(t.text[start:t.ends[i]])
}

func (t *sharedTexts) add(text string) error {
	if len(t.text)+len(text) > maxSharedText || len(t.ends) == maxShared {
		return fmt.Errorf("its shared strings are more than %d, or more than %d MiB: save the sheet as csv", maxShared, maxSharedText>>20)
	}
	t.text = append(t.text, text...)
	t.ends = append(t.ends, uint32(len(t.text)))
	return nil
}

// sharedStrings reads the table of texts that the cells point into.
func (b *workbook) sharedStrings() (all sharedTexts, err error) {
	name := b.kinds["sharedStrings"]
	part := b.find(name)
	if name == "" || part == nil {
		return all, nil
	}
	tokens, closePart, err := open(part, maxStrings)
	if err != nil {
		return all, err
	}
	defer closePart()
	// Room for all of them spares copies; what isn't used costs no memory.
	all.text = make([]byte, 0, min(part.UncompressedSize64, maxSharedText))
	for {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, fmt.Errorf("the workbook's part %s is damaged: %w", name, err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "si" {
			text, err := richText(tokens, "si")
			if err == nil {
				err = all.add(text)
			}
			if err != nil {
				return all, fmt.Errorf("the workbook's part %s can't be read: %w", name, err)
			}
		}
	}
}

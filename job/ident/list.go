package ident

import (
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
)

// UserIDs returns the user ids that a text lists: separated by ; , | in their
// Western or full-width forms, 、 or line breaks, or as a JSON list. Empty ones
// and null are left out. An error is an [*Error] of the first that is none.
func UserIDs(text string) ([]string, error) {
	whole := unguarded(trim(text))
	if strings.HasPrefix(whole, "[") {
		return jsonList(whole)
	}
	if err := UserID.escaped(whole); err != nil {
		return nil, err
	}
	if plain, grouped := ungrouped(whole); grouped {
		return nil, UserID.refuse(NotWhole, whole, "is a number with separators of thousands, or a list",
			"write "+plain+" for the number, or semicolons between user ids")
	}
	return parseAll(strings.FieldsFuncSeq(whole, separates))
}

func separates(r rune) bool { return strings.ContainsRune(";；,，、|｜\n\r\t", r) }

func jsonList(text string) ([]string, error) {
	wrong := UserID.refuse(Several, text, "begins as a JSON list and isn't one", `write ["u1", "u2"], or u1;u2`)
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var list []any
	if err := dec.Decode(&list); err != nil {
		return nil, wrong
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, wrong
	}
	texts := make([]string, 0, len(list))
	for _, element := range list {
		switch e := element.(type) {
		case string:
			texts = append(texts, e)
		case json.Number:
			texts = append(texts, e.String())
		case nil:
		default:
			return nil, wrong
		}
	}
	return parseAll(slices.Values(texts))
}

func parseAll(texts iter.Seq[string]) ([]string, error) {
	var ids []string
	for text := range texts {
		id, err := UserID.Parse(text)
		if err != nil {
			return nil, err
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

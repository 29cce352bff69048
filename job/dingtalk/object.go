package dingtalk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// readObject reads body as one JSON object and nothing after it, in valid UTF-8,
// no key twice, and calls field for each of the known keys. Unknown keys are
// passed over, but not those that differ from a known one only in case:
// encoding/json would take the one for the other.
func readObject(body []byte, known []string, field func(key string, value json.RawMessage) error) error {
	if !utf8.Valid(body) {
		return errors.New("it is not UTF-8")
	}
	if err := checkSyntax(body); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New("it is not a JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		key, value, err := readMember(dec)
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("the key %s is there twice", shown(key))
		}
		seen[key] = true
		if slices.Contains(known, key) {
			if err := field(key, value); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			continue
		}
		if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, key) }) {
			return fmt.Errorf("the key %s is in the wrong case", shown(key))
		}
	}
	return nil
}

// checkSyntax has the whole body read once by a parser that is strict about it:
// json.Decoder's Token isn't meant to be.
func checkSyntax(body []byte) error {
	var whole json.RawMessage
	if err := json.Unmarshal(body, &whole); err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	return nil
}

func readMember(dec *json.Decoder) (string, json.RawMessage, error) {
	token, err := dec.Token()
	if err != nil {
		return "", nil, err
	}
	key, ok := token.(string)
	if !ok {
		return "", nil, errors.New("a key is not a string")
	}
	var value json.RawMessage
	if err := dec.Decode(&value); err != nil {
		return "", nil, err
	}
	return key, value, nil
}

func shown(key string) string { return fmt.Sprintf("%q", tidy(key, 64)) }

func isNull(value json.RawMessage) bool { return string(value) == "null" }

// readString reads a JSON string. Half a surrogate pair, \ud83d alone, is no
// Unicode; encoding/json would make a U+FFFD of it, and two different ids one. A NUL
// is no text that a database keeps.
func readString(value json.RawMessage) (string, error) {
	var s *string
	if err := json.Unmarshal(value, &s); err != nil || s == nil {
		return "", errors.New("not a string")
	}
	if strings.ContainsRune(*s, utf8.RuneError) {
		return "", errors.New("not valid Unicode")
	}
	if strings.ContainsRune(*s, 0) {
		return "", errors.New("a NUL is in it")
	}
	return *s, nil
}

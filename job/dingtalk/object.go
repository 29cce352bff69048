package dingtalk

import (
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
	if !json.Valid(body) {
		return fmt.Errorf("it is not JSON: %w", json.Unmarshal(body, new(json.RawMessage)))
	}
	if len(skipSpace(body)) == 0 || skipSpace(body)[0] != '{' {
		return errors.New("it is not a JSON object")
	}
	seen := make(map[string]bool)
	for name, value := range members(body) {
		key, err := keyOf(name, known)
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

// keyOf is a member's name, one of the known without a copy of it.
func keyOf(name []byte, known []string) (string, error) {
	for _, k := range known {
		if string(name[1:len(name)-1]) == k {
			return k, nil
		}
	}
	return unquote(name)
}

func shown(key string) string { return fmt.Sprintf("%q", tidy(key, 64)) }

func isNull(value json.RawMessage) bool { return string(value) == "null" }

// readString reads a JSON string. Half a surrogate pair, \ud83d alone, is no
// Unicode; encoding/json would make a U+FFFD of it, and two different ids one. A NUL
// is no text that a database keeps.
func readString(value json.RawMessage) (string, error) {
	if len(value) == 0 || value[0] != '"' {
		return "", errors.New("not a string")
	}
	s, err := unquote(value)
	switch {
	case err != nil:
		return "", errors.New("not a string")
	case strings.ContainsRune(s, utf8.RuneError):
		return "", errors.New("not valid Unicode")
	case strings.ContainsRune(s, 0):
		return "", errors.New("a NUL is in it")
	}
	return s, nil
}

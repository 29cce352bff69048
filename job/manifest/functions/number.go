package functions

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// keptNumber is a number without zeros before it, a sign + or a large exponent.
var keptNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE]-[0-9]+)?\z`)
})

// yamlNumber is what YAML 1.2 takes for a number (https://yaml.org/spec/1.2.2/#1032-tag-resolution).
var yamlNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\A([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+)\z`)
})

// KeepsDigits reports whether a number keeps the digits that are written: 000123,
// 1E5 and 0x1F don't, and may be identifiers. The text is a number in HCL, JSON or
// YAML.
func KeepsDigits(number string) bool { return keptNumber().MatchString(number) }

// LostDigits says what to write in place of a number that doesn't keep its digits.
func LostDigits(number string) string {
	return fmt.Sprintf("%s is a number here and doesn't keep the digits that are written. Write it in quotation marks if it is an identifier, and otherwise in plain decimal digits without zeros before it", number)
}

// lostInJSON finds a number that doesn't keep its digits. A text that is no JSON has
// none.
func lostInJSON(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil //nolint:nilerr // the function that decodes says what is wrong
		}
		if number, ok := token.(json.Number); ok && !KeepsDigits(number.String()) {
			return errors.New(LostDigits(number.String()))
		}
	}
}

// lostInYAML is lostInJSON for YAML.
func lostInYAML(text string) error {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return nil //nolint:nilerr // the function that decodes says what is wrong
	}
	return lostInNode(&document)
}

func lostInNode(node *yaml.Node) error {
	const notPlain = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	text := node.Value
	switch tagged := node.Style&yaml.TaggedStyle != 0; {
	case node.Kind != yaml.ScalarNode || node.Style&notPlain != 0 || tagged && node.Tag == "!!str":
	case yamlNumber().MatchString(text) && !KeepsDigits(text):
		return fmt.Errorf("line %d: %s", node.Line, LostDigits(text))
	}
	for _, inner := range node.Content {
		if err := lostInNode(inner); err != nil {
			return err
		}
	}
	return nil
}

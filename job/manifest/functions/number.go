package functions

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// KeepsDigits reports whether a number keeps the digits that are written: 000123,
// 1E5 and 0x1F don't, and may be identifiers. The text is a number in HCL, JSON or
// YAML.
func KeepsDigits(number string) bool {
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(strings.TrimPrefix(number, "-")), "e")
	whole, _, _ := strings.Cut(mantissa, ".")
	return whole != "" && strings.Trim(whole, "0123456789") == "" && (whole == "0" || whole[0] != '0') &&
		(!scaled || strings.HasPrefix(exponent, "-"))
}

// isYAMLNumber reports whether YAML 1.2 takes a text without a tag for a number
// (https://yaml.org/spec/1.2.2/#1032-tag-resolution).
func isYAMLNumber(text string) bool {
	for base, digits := range map[string]string{"0o": "01234567", "0x": "0123456789abcdefABCDEF"} {
		if rest, found := strings.CutPrefix(text, base); found {
			return rest != "" && strings.Trim(rest, digits) == ""
		}
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "+-.0123456789eE") == "" || errors.Is(err, strconv.ErrRange)
}

// LostDigits says what to write in place of a number that doesn't keep its digits.
func LostDigits(number string) string {
	return number + " is a number here and doesn't keep the digits that are written. Write it in quotation marks if it is an identifier, and otherwise in plain decimal digits without zeros before it"
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
	case isYAMLNumber(text) && !KeepsDigits(text):
		return fmt.Errorf("line %d: %s", node.Line, LostDigits(text))
	}
	for _, inner := range node.Content {
		if err := lostInNode(inner); err != nil {
			return err
		}
	}
	return nil
}

// Package numfmt shows numbers as the number formats of a workbook do, where they
// pad a number or put text around it, and tells which formats show dates.
package numfmt

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/nfp"
)

// A Format is how a style shows a number, as far as it matters here. Nil shows it
// as it is.
type Format struct {
	// Date says that it shows a date or a time.
	Date bool
	// sections are for numbers above zero, below it, zero and texts, or for those
	// that meet a condition. Only whole numbers from 0 on are shown by them.
	sections []section
}

// A section is placeholders for digits and text between them. One that isn't
// understood, or changes nothing, has no items.
type section struct {
	items     []nfp.Token
	condition string // such as ">=100"; empty for none
}

// Builtin is a format that a workbook only names by its number (ECMA-376 part 1,
// 18.8.30). The dates among them are known, the East Asian ones too; none of the
// others pads.
func Builtin(id string) *Format {
	n, err := strconv.Atoi(id)
	if err == nil && (n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58) {
		return &Format{Date: true}
	}
	return nil
}

// Parse makes a format of its code; nil for one that shows numbers as they
// are, or in a way that is no other number.
func Parse(code string) *Format {
	const longest = 255 // Excel's own bound
	if len(code) > longest || strings.Contains(code, "通用格式") {
		return nil
	}
	parser := nfp.NumberFormatParser()
	var f Format
	pads := false
	for _, s := range parser.Parse(code) {
		shown := section{}
		for _, item := range s.Items {
			switch item.TType {
			case nfp.TokenTypeDateTimes, nfp.TokenTypeElapsedDateTimes:
				if strings.ContainsAny(strings.ToLower(item.TValue), "ymdhs") {
					return &Format{Date: true}
				}
			case nfp.TokenTypeCondition:
				shown.condition = item.TValue
			}
		}
		if plainItems(s.Items) {
			shown.items = s.Items
			pads = pads || changes(s.Items)
		}
		f.sections = append(f.sections, shown)
	}
	if !pads {
		return nil
	}
	return &f
}

// plainItems reports whether a section only has digits and text.
func plainItems(items []nfp.Token) bool {
	digits := false
	for _, item := range items {
		switch item.TType {
		case nfp.TokenTypeZeroPlaceHolder, nfp.TokenTypeHashPlaceHolder, nfp.TokenTypeDigitalPlaceHolder, nfp.TokenTypeGeneral:
			digits = true
		case nfp.TokenTypeLiteral, nfp.TokenTypeColor, nfp.TokenTypeCondition, nfp.TokenTypeAlignment, nfp.TokenTypeRepeatsChar:
		case nfp.TokenTypeCurrencyLanguage:
			if strings.HasPrefix(item.TValue, "[$-") {
				continue // a language, without a currency
			}
			return false
		default:
			return false
		}
	}
	return digits
}

// changes reports whether a section shows a number otherwise than it is.
func changes(items []nfp.Token) bool {
	zeros := 0
	for _, item := range items {
		switch item.TType {
		case nfp.TokenTypeZeroPlaceHolder:
			zeros += len(item.TValue)
		case nfp.TokenTypeLiteral:
			return true
		}
	}
	return zeros > 1
}

// Show writes a number as the format does, given its digits; false when the format
// leaves it as it is.
func (f *Format) Show(n float64, digits string) (string, bool) {
	if n < 0 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	s := f.choose(n)
	if s == nil || !changes(s.items) {
		return "", false
	}
	var b []byte // from its end
	left, last := digits, firstPlaceholder(s.items)
	for i, item := range slices.Backward(s.items) {
		switch item.TType {
		case nfp.TokenTypeLiteral:
			b = appendReversed(b, item.TValue)
		case nfp.TokenTypeZeroPlaceHolder, nfp.TokenTypeHashPlaceHolder, nfp.TokenTypeDigitalPlaceHolder, nfp.TokenTypeGeneral:
			left = digitsBefore(&b, left, item)
			if i == last {
				b = appendReversed(b, left)
			}
		}
	}
	return reversed(b), true
}

// choose finds the section for a number that isn't negative.
func (f *Format) choose(n float64) *section {
	for i := range f.sections {
		if s := &f.sections[i]; s.condition != "" && meets(n, s.condition) {
			return s
		}
	}
	const positive, zero = 0, 2
	switch {
	case f.sections[positive].condition != "":
		for i := range f.sections {
			if f.sections[i].condition == "" {
				return &f.sections[i]
			}
		}
		return nil
	case n == 0 && len(f.sections) > zero:
		return &f.sections[zero]
	}
	return &f.sections[positive]
}

func meets(n float64, condition string) bool {
	bound, err := strconv.ParseFloat(strings.TrimLeft(condition, "<>="), 64)
	if err != nil {
		return false
	}
	switch condition[:len(condition)-len(strings.TrimLeft(condition, "<>="))] {
	case "<":
		return n < bound
	case "<=":
		return n <= bound
	case ">":
		return n > bound
	case ">=":
		return n >= bound
	case "=":
		return n == bound
	case "<>":
		return n != bound
	}
	return false
}

// digitsBefore fills a placeholder from its end and returns the digits that are
// left.
func digitsBefore(b *[]byte, left string, item nfp.Token) string {
	for range len(item.TValue) {
		switch {
		case left != "":
			*b = append(*b, left[len(left)-1])
			left = left[:len(left)-1]
		case item.TType == nfp.TokenTypeZeroPlaceHolder:
			*b = append(*b, '0')
		}
	}
	return left
}

func firstPlaceholder(items []nfp.Token) int {
	for i, item := range items {
		switch item.TType {
		case nfp.TokenTypeZeroPlaceHolder, nfp.TokenTypeHashPlaceHolder, nfp.TokenTypeDigitalPlaceHolder, nfp.TokenTypeGeneral:
			return i
		}
	}
	return -1
}

func appendReversed(b []byte, text string) []byte {
	for i := len(text) - 1; i >= 0; i-- {
		b = append(b, text[i])
	}
	return b
}

func reversed(b []byte) string { return string(appendReversed(nil, string(b))) }

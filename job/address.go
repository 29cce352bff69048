package job

import (
	"strconv"
	"strings"
)

// Block is the block that an address belongs to: messages.payslips of
// messages.payslips["row-7"], and message.benefits of itself.
func Block(address string) string {
	block, _, _ := strings.Cut(address, "[")
	return block
}

// RowKey is the key in an address: row-7 of messages.payslips["row-7"]; false
// when there is none, or none that can be read.
func RowKey(address string) (string, bool) {
	_, key, found := strings.Cut(strings.TrimSuffix(address, "]"), "[")
	if !found {
		return "", false
	}
	text, err := strconv.Unquote(key)
	return text, err == nil
}

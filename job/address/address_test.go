package address_test

import (
	"errors"
	"strings"
	"testing"

	"notifyaudit/job/address"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]error{
		"https://api.dingtalk.com":       nil,
		"https://api.dingtalk.com.:443/": nil,
		"HTTPS://API.DINGTALK.COM":       nil,
		"https://api.dingtalk.com:":      nil,
		"https://host_a:65535/x?y#z":     nil,
		"https://127.0.0.1:1":            nil,
		"https://[::1]:8443":             nil,
		"https://[fe80::1%25en0]":        nil,
		"https://应用.example":             nil,
		"https://u:p@h":                  nil,
		"https://h/a b":                  nil,
		"https://h/x?a=b c":              address.ErrQuery,
		"https://h:0":                    address.ErrPort,
		"https://h:65536":                address.ErrPort,
		"https://h:99999/x":              address.ErrPort,
		"https://h:443443":               address.ErrPort,
		"https://[::1]:99999":            address.ErrPort,
		"https://h:8O":                   address.ErrNoURL,
		"https://:443":                   address.ErrHost,
		"https://a..b":                   address.ErrHost,
		"https://.":                      address.ErrHost,
		"https://-a.example":             address.ErrHost,
		"https://a,b":                    address.ErrHost,
		"https://api.dingtalk。com":       address.ErrHost,
		"https://a;b":                    address.ErrHost,
		`https://"a"`:                    address.ErrHost,
		"https://a\u200b.example":        address.ErrHost,
		"https://" + strings.Repeat("a", 64) + ".example": address.ErrHost,
		"ftp://h":      address.ErrScheme,
		"//h":          address.ErrScheme,
		"https：//h":    address.ErrNoURL,
		"h:443":        address.ErrNoURL,
		"https:h":      address.ErrNoURL,
		"https://a b":  address.ErrNoURL,
		"https://[::1": address.ErrNoURL,
		"":             address.ErrNoURL,
	} {
		if _, err := address.Parse(text, "http", "https"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

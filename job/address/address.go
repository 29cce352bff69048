// Package address reads the addresses of servers: URLs, hosts and ports that a
// connection can be made to.
package address

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The reasons why a text is no address. They show nothing of it: an address can be a
// secret, or have one.
var (
	ErrNoURL  = errors.New("it is no URL with a scheme and a host")
	ErrScheme = errors.New("its scheme is another one")
	ErrHost   = errors.New("its host is no name and no IP address")
	ErrPort   = errors.New("its port is not a number from 1 to 65535")
	ErrQuery  = errors.New("a blank stands in its query, where it is written %20")
)

// Parse reads a URL with a host that can be one, with a port from 1 to 65535 or none,
// and with one of the schemes. What the path and the query are is the caller's.
func Parse(text string, schemes ...string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "":
		return nil, ErrNoURL
	case !slices.Contains(schemes, u.Scheme):
		return nil, ErrScheme
	case !IsHost(u.Hostname()):
		return nil, ErrHost
	case !IsPort(u.Port()):
		return nil, ErrPort
	case strings.Contains(u.RawQuery, " "):
		return nil, ErrQuery // net/http would send it as it is, and the request's line would end there
	}
	return u, nil
}

// IsPort reports whether a connection can be made to a port; an empty one is the
// scheme's.
func IsPort(port string) bool {
	if port == "" {
		return true
	}
	const bits = 16
	n, err := strconv.ParseUint(port, 10, bits)
	return err == nil && n > 0
}

// IsHost reports whether a text can be the name of a host, or is an IP address without
// brackets. RFC 1123 is not held against names with _, which private networks have, nor
// against letters of other scripts, which become ASCII on the way.
func IsHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	const longestName, longestLabel = 253, 63
	name := strings.TrimSuffix(host, ".")
	if len(name) > longestName {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > longestLabel || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.ContainsFunc(label, isForeign) {
			return false
		}
	}
	return true
}

// isForeign reports whether a rune stands in no label of a name.
func isForeign(r rune) bool {
	return r != '-' && r != '_' && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit)
}

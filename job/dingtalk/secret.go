package dingtalk

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"notifyaudit/job"
)

// A scrubber knows the secrets that a server might send back to us.
type scrubber struct {
	mu      sync.Mutex
	secrets []job.Secret
	// forms are what the secrets look like in a text: as they are, in any case,
	// backwards, in hexadecimal, percent-encoded; and in Base64, where case counts.
	forms, base64 [][]rune
}

// A shorter secret is left: blanking it would make holes in every text.
const minSecret = 4

func (s *scrubber) add(secret job.Secret) {
	text := secret.Reveal()
	if len(text) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.secrets {
		if known.Reveal() == text {
			return
		}
	}
	s.secrets = append(s.secrets, secret)
	backwards := []rune(text)
	slices.Reverse(backwards)
	for _, form := range []string{text, string(backwards), hex.EncodeToString([]byte(text)), url.QueryEscape(text), url.PathEscape(text)} {
		s.forms = append(s.forms, compact(strings.ToLower(form)).runes)
	}
	s.base64 = append(s.base64, base64Forms(text)...)
}

// base64Forms are the digits that stand for text wherever it begins in what is
// encoded: the digits at its edges depend on its neighbours.
func base64Forms(text string) (forms [][]rune) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			digits := encoding.EncodeToString([]byte("\x00\x00"[:shift] + text))
			first, last := (shift*4+2)/3, len(digits)
			if (shift+len(text))%3 != 0 {
				last--
			}
			if last-first >= minSecret {
				forms = append(forms, []rune(digits[first:last]))
			}
		}
	}
	return forms
}

// A compacted text has only the runes that can be seen. at[i] is where runes[i]
// stands in the whole text, in runes.
type compacted struct {
	runes []rune
	at    []int
}

func compact(text string) (c compacted) {
	for i, r := range []rune(text) {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.In(r, unicode.M, unicode.Cf, unicode.Co) {
			c.runes, c.at = append(c.runes, r), append(c.at, i)
		}
	}
	return c
}

// blank takes the secrets out of a text, also where characters that can't be seen
// stand within them.
func (s *scrubber) blank(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole := []rune(text)
	hidden := make([]bool, len(whole))
	found := false
	for _, search := range []struct {
		forms [][]rune
		in    compacted
	}{{s.forms, compact(strings.Map(unicode.ToLower, text))}, {s.base64, compact(text)}} {
		for _, form := range search.forms {
			found = search.in.hide(form, hidden) || found
		}
	}
	if !found {
		return text
	}
	var b strings.Builder
	for i, r := range whole {
		switch {
		case !hidden[i]:
			b.WriteRune(r)
		case i == 0 || !hidden[i-1]:
			b.WriteString(job.Secret{}.String())
		}
	}
	return b.String()
}

// hide marks every place of form in the whole text.
func (c compacted) hide(form []rune, hidden []bool) (found bool) {
	if len(form) == 0 {
		return false
	}
	for i := 0; i+len(form) <= len(c.runes); i++ {
		if !slices.Equal(c.runes[i:i+len(form)], form) {
			continue
		}
		found = true
		for j := c.at[i]; j <= c.at[i+len(form)-1]; j++ {
			hidden[j] = true
		}
	}
	return found
}

package dingtalk

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"notifyaudit/job"
)

// TestEchoedSecrets: however a server sends a secret back, it is blanked, and the
// text around it stays.
func TestEchoedSecrets(t *testing.T) {
	const secret = "S3cr€t/+key=="
	backwards := []rune(secret)
	slices.Reverse(backwards)
	between := func(separator string) string { return strings.Join(strings.Split(secret, ""), separator) }
	for name, echo := range map[string]string{
		"as it is":            secret,
		"upper case":          strings.ToUpper(secret),
		"backwards":           string(backwards),
		"hexadecimal":         hex.EncodeToString([]byte(secret)),
		"capital hexadecimal": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"query":               url.QueryEscape(secret),
		"path":                url.PathEscape(secret),
		"lower-case query":    strings.ToLower(url.QueryEscape(secret)),
		"Base64":              base64.StdEncoding.EncodeToString([]byte(secret)),
		"Base64 within":       base64.StdEncoding.EncodeToString([]byte("app:" + secret + ":x")),
		"URL Base64":          base64.RawURLEncoding.EncodeToString([]byte("u:" + secret)),
		"zero-width":          between("\u200b"),
		"soft hyphen":         between("\u00ad"),
		"byte order mark":     between("\ufeff"),
		"private use":         between("\ue000"),
		"NUL, as UTF-16":      between("\x00"),
		"line breaks":         between("\r\n "),
		"variation selector":  between("\ufe0f"),
		"tag characters":      between("\U000e0041"),
	} {
		s := &scrubber{}
		s.add(job.NewSecret(secret))
		f := &job.AnswerError{Code: "code", Message: "before " + echo + " after"}
		s.clean(f)
		for _, part := range []string{secret[:5], secret[7:], echo} {
			if strings.Contains(f.Message, part) {
				t.Errorf("%s: %q stands in %q", name, part, f.Message)
			}
		}
		if !strings.HasPrefix(f.Message, "before ") || !strings.HasSuffix(f.Message, " after") && !strings.Contains(name, "Base64") {
			t.Errorf("%s: the text around it is %q", name, f.Message)
		}
	}
}

// TestTextWithoutSecrets stays as it is.
func TestTextWithoutSecrets(t *testing.T) {
	s := &scrubber{}
	s.add(job.NewSecret("long-secret"))
	s.add(job.NewSecret("abc")) // too short to look for
	for _, text := range []string{"", "abc", "a long secret", "系统繁忙 long-secre"} {
		if got := s.blank(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

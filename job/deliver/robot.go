package deliver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"notifyaudit/job"
)

// Robot posts the Markdown summary to a DingTalk group by the webhook of a custom
// robot.
//
// Source: the vendor's page "Custom robots send group messages": with a secret, the
// request carries timestamp (in milliseconds) and sign, which is the Base64 of
// HMAC-SHA256 over "timestamp\nsecret" under the secret.
type Robot struct {
	// Webhook is the address with its access_token.
	Webhook job.Secret
	// Secret signs the requests; empty where the robot checks keywords or
	// addresses instead.
	Secret job.Secret
	Client *http.Client
	Now    func() time.Time
}

// maxRobotRequest is how many bytes the body of a robot's request may have, by the same
// page.
const maxRobotRequest = 20_000

// robotBusy is the vendor's code for more than 20 messages in a minute.
const robotBusy = 130101

// Send posts the summary once.
func (r *Robot) Send(ctx context.Context, p *Parcel) error {
	address, err := r.signed()
	if err != nil {
		return err
	}
	body, err := robotMessage(p.Title, p.Markdown)
	if err != nil {
		return err
	}
	answer, err := post(ctx, r.Client, request{
		address: address, contentType: "application/json", body: bytes.NewReader(body), size: int64(len(body)),
	})
	if err != nil {
		return err
	}
	return robotError(answer)
}

// robotMessage encodes a message whose text ends early enough for the vendor's limit:
// JSON takes up to six bytes for one.
func robotMessage(title, text string) ([]byte, error) {
	encode := func(most int) []byte {
		var body bytes.Buffer
		encoder := json.NewEncoder(&body)
		encoder.SetEscapeHTML(false)
		// Strings are always encoded, and a Buffer takes all.
		_ = encoder.Encode(map[string]any{
			"msgtype":  "markdown",
			"markdown": map[string]string{"title": title, "text": clip(text, most)},
		})
		return body.Bytes()
	}
	if whole := encode(len(text)); len(whole) <= maxRobotRequest {
		return whole, nil
	}
	tooMuch := sort.Search(min(len(text), maxRobotRequest), func(most int) bool { return len(encode(most)) > maxRobotRequest })
	if tooMuch == 0 {
		return nil, fmt.Errorf("%w: the title of the audit is too long for a robot's message", ErrUndeliverable)
	}
	return encode(tooMuch - 1), nil
}

// signed is the webhook's address with timestamp and signature.
func (r *Robot) signed() (string, error) {
	u, err := url.Parse(r.Webhook.Reveal())
	if err != nil {
		return "", refusedf("the robot's webhook is no address")
	}
	if r.Secret.IsZero() {
		return u.String(), nil
	}
	timestamp := strconv.FormatInt(r.Now().UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(r.Secret.Reveal()))
	mac.Write([]byte(timestamp + "\n" + r.Secret.Reveal()))
	query := u.Query()
	query.Set("timestamp", timestamp)
	query.Set("sign", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// robotError reads the answer: 200 with errcode 0 is the only success.
func robotError(answer []byte) error {
	var a struct {
		ErrCode *int   `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	if err := json.Unmarshal(answer, &a); err != nil || a.ErrCode == nil {
		return fmt.Errorf("post to the robot: the answer is not the API's: %.80q", answer)
	}
	switch *a.ErrCode {
	case 0:
		return nil
	case -1, robotBusy:
		return fmt.Errorf("post to the robot: errcode %d: %s", *a.ErrCode, a.ErrMsg)
	default:
		return refusedf("post to the robot: errcode %d: %s", *a.ErrCode, a.ErrMsg)
	}
}

// clip cuts text at a line's end to at most n bytes.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := text[:n]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	if i := strings.LastIndexByte(cut, '\n'); i > 0 {
		cut = cut[:i]
	}
	return cut + "\n\n…"
}

package dingtalk

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"notifyaudit/job"
)

// The longest strings that are believed, besides ids. The vendor bounds neither.
const (
	maxNextToken   = 4096
	maxAccessToken = 4096
)

// maxUserIDs is how many ids of a page are believed: five times what is asked for.
const maxUserIDs = 1000

// decodePage reads the answer of a paged query. It believes it only when
// sendStatus, readUserIds and hasMore are there: a body without them, decoded the
// usual way, says that nobody has read the message.
func decodePage(body []byte) (job.Page, error) {
	var p pageReader
	err := readObject(body, []string{"sendStatus", "readUserIds", "hasMore", "nextToken"}, p.field)
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return job.Page{}, err
	}
	return p.page, nil
}

type pageReader struct {
	page                    job.Page
	hasStatus, hasIDs, more bool // which keys are there; more: hasMore is
}

func (p *pageReader) field(key string, value json.RawMessage) error {
	var err error
	switch key {
	case "sendStatus":
		p.hasStatus = true
		p.page.SendStatus, err = readSendStatus(value)
	case "readUserIds":
		p.hasIDs = !isNull(value)
		p.page.ReadUserIDs, err = readUserIDs(value)
	case "hasMore":
		p.more = true
		p.page.HasMore, err = readBool(value)
	case "nextToken":
		p.page.NextToken, err = readNextToken(value)
	}
	return err
}

func (p *pageReader) check() error {
	switch {
	case !p.hasStatus:
		return errors.New("sendStatus is missing")
	case !p.more:
		return errors.New("hasMore is missing")
	case !p.hasIDs && p.page.HasMore:
		return errors.New("readUserIds is missing, though there is more")
	case p.page.HasMore && p.page.NextToken == "":
		return errors.New("nextToken is missing, though there is more")
	case !p.page.HasMore:
		p.page.NextToken = ""
	}
	return nil
}

func readSendStatus(value json.RawMessage) (job.SendStatus, error) {
	s, err := readString(value)
	if err != nil {
		return "", err
	}
	switch status := job.SendStatus(s); status {
	case job.SendSuccess, job.SendRecalled, job.SendProcessing:
		return status, nil
	default:
		return "", fmt.Errorf("%q is none of SUCCESS, RECALLED and PROCESSING", tidy(s, 64))
	}
}

func readUserIDs(value json.RawMessage) ([]string, error) {
	if isNull(value) {
		return nil, nil
	}
	if value[0] != '[' {
		return nil, errors.New("not an array")
	}
	ids := []string{}
	for element := range elements(value) {
		if len(ids) == maxUserIDs {
			return nil, fmt.Errorf("more than %d ids on a page", maxUserIDs)
		}
		id, err := readUserID(element)
		if err != nil {
			return nil, fmt.Errorf("id %d: %w", len(ids)+1, err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func readUserID(value json.RawMessage) (string, error) {
	id, err := readString(value)
	if err == nil {
		err = job.CheckID(id)
	}
	return id, err
}

func readBool(value json.RawMessage) (bool, error) {
	switch string(value) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	default:
		return false, errors.New("neither true nor false")
	}
}

func readNextToken(value json.RawMessage) (string, error) {
	if isNull(value) {
		return "", nil
	}
	s, err := readString(value)
	if err == nil && len(s) > maxNextToken {
		err = fmt.Errorf("more than %d bytes", maxNextToken)
	}
	return s, err
}

// decode reads the answer of a token call: the token, and its life in seconds from
// now.
func (t tokenCall) decode(body []byte, now time.Time) (*token, error) {
	var value string
	var seconds int64
	err := readObject(body, []string{t.token, t.seconds}, func(key string, raw json.RawMessage) (err error) {
		if key == t.token {
			value, err = readString(raw)
			return err
		}
		if err := json.Unmarshal(raw, &seconds); err != nil {
			return errors.New("not a whole number")
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case value == "":
		return nil, missing(body, t.token, "accessToken", "access_token")
	case len(value) > maxAccessToken || !isHeaderValue(value):
		return nil, fmt.Errorf("%s can't be sent in a header", t.token)
	case seconds == 0:
		return nil, missing(body, t.seconds, "expireIn", "expires_in")
	case seconds < 0 || seconds > int64(10*365*24*time.Hour/time.Second):
		return nil, fmt.Errorf("%s is out of range", t.seconds)
	}
	life := time.Duration(seconds) * time.Second
	expires := now.Add(life)
	return &token{
		value:     job.NewSecret(value),
		expires:   expires,
		refreshAt: expires.Add(-min(earlyRefresh, life/2)),
	}, nil
}

// missing says that a member of a token call's answer is, and when there is one of
// another interface's name in its place.
func missing(body []byte, name string, others ...string) error {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members) // it has been read before
	for _, other := range others {
		if _, found := members[other]; found && other != name {
			return fmt.Errorf("%s is missing, and there is %s, as another interface answers", name, other)
		}
	}
	return fmt.Errorf("%s is missing", name)
}

func isHeaderValue(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

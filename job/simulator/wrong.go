package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// defaultDelay is how long a timeout lasts for a caller with all patience.
const defaultDelay = 5 * time.Minute

// A ill makes the reply of one kind of fault. honest makes the reply that
// would go out without the fault; it is nil in an outage, whose kinds never call it.
type ill func(s *Simulator, c *call, f *scenario.Fault, honest func() reply) reply

func ills() map[scenario.FaultKind]ill {
	return map[scenario.FaultKind]ill{
		scenario.FaultSystemError:    illCode(scenario.CodeSystemError),
		scenario.FaultReset:          illTrouble(isReset),
		scenario.FaultEOF:            illTrouble(isClosed),
		scenario.FaultTimeout:        illTrouble(isLate),
		scenario.FaultTruncate:       illDelivery(isCut),
		scenario.FaultSlowBody:       illDelivery(isSlow),
		scenario.FaultRedirect:       illRedirect,
		scenario.FaultLate:           illDelivery(arrives),
		scenario.FaultThrottle:       illThrottle,
		scenario.FaultLegacyThrottle: illLegacyThrottle,
		scenario.FaultQuota:          illCode(scenario.CodeQuota),
		scenario.FaultBan:            illBan,
		scenario.FaultHTML:           illHTML,
		scenario.FaultGarbage:        illBody("\x00\x01 these bytes are no answer {"),
		scenario.FaultEmptyObject:    illBody("{}"),
		scenario.FaultNull:           illBody("null"),
		scenario.FaultErrorIn200:     illErrorIn200,
		scenario.FaultWrongCase:      illPage(wrongCase),
		scenario.FaultDuplicateKey:   illPage(duplicateKey),
		scenario.FaultTrailing:       illPage(trailing),
		scenario.FaultBadUTF8:        illPage(badUTF8),
		scenario.FaultNullReaders:    illPage(nullReaders),
		scenario.FaultNoHasMore:      illPage(noHasMore),
		scenario.FaultLoopToken:      illNext(loopToken),
		scenario.FaultEndless:        illNext(endless),
		scenario.FaultEmptyPages:     illNext(emptyPages),
	}
}

// wrong makes the reply of a fault.
func (s *Simulator) wrong(c *call, f *scenario.Fault, honest func() reply) reply {
	c.seen.Fault = f.Kind
	return ills()[f.Kind](s, c, f, honest)
}

func illCode(code string) ill {
	return func(s *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
		rep := s.answered(c, &scenario.Answer{Code: code, Status: f.Status})
		if f.RetryAfter != "" {
			rep.header.Set("Retry-After", f.RetryAfter)
		}
		return rep
	}
}

func illThrottle(s *Simulator, c *call, f *scenario.Fault, honest func() reply) reply {
	rep := illCode(cmp.Or(f.Code, scenario.CodeThrottled))(s, c, f, honest)
	rep.refused = true
	return rep
}

func illTrouble(t trouble) ill {
	return func(_ *Simulator, _ *call, f *scenario.Fault, _ func() reply) reply {
		return reply{trouble: t, delay: cmp.Or(time.Duration(f.Delay), defaultDelay)}
	}
}

func illDelivery(t trouble) ill {
	return func(_ *Simulator, _ *call, f *scenario.Fault, honest func() reply) reply {
		rep := honest()
		rep.trouble, rep.delay = t, cmp.Or(time.Duration(f.Delay), defaultDelay)
		return rep
	}
}

func illBody(body string) ill {
	return func(*Simulator, *call, *scenario.Fault, func() reply) reply {
		return reply{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(body)}
	}
}

func illRedirect(_ *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
	location := cmp.Or(f.Location, "https://elsewhere.invalid"+c.seen.Path)
	return reply{status: cmp.Or(f.Status, http.StatusFound), header: http.Header{"Location": {location}}, refused: true}
}

func illLegacyThrottle(*Simulator, *call, *scenario.Fault, func() reply) reply {
	rep := jsonReply(http.StatusOK, map[string]any{"errcode": 90018, "errmsg": "您的服务器调用钉钉开放平台接口过于频繁"})
	rep.code, rep.refused = "90018", true
	return rep
}

func illBan(s *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
	rep := s.banned(c)
	rep.status = cmp.Or(f.Status, rep.status)
	return rep
}

func illHTML(_ *Simulator, _ *call, f *scenario.Fault, _ func() reply) reply {
	status := cmp.Or(f.Status, http.StatusOK)
	body := fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d %s</title></head><body>Please try again later.</body></html>\n",
		status, http.StatusText(status))
	return reply{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(body), refused: true}
}

func illErrorIn200(s *Simulator, c *call, _ *scenario.Fault, _ func() reply) reply {
	return s.answered(c, &scenario.Answer{Code: scenario.CodeSystemError, Status: http.StatusOK})
}

// illPage spoils the body of a good page; another answer stays as it is.
func illPage(spoil func(honest []byte) []byte) ill {
	return func(_ *Simulator, _ *call, _ *scenario.Fault, honest func() reply) reply {
		rep := honest()
		if rep.status == http.StatusOK && rep.code == "" {
			rep.body = spoil(rep.body)
		}
		return rep
	}
}

func wrongCase(honest []byte) []byte {
	body := string(honest)
	for _, key := range []string{"sendStatus", "readUserIds", "messageReadInfoList", "nextToken", "hasMore"} {
		body = strings.Replace(body, strconv.Quote(key)+":", strconv.Quote(strings.ToUpper(key))+":", 1)
	}
	return []byte(body)
}

func duplicateKey(honest []byte) []byte {
	return fmt.Appendf(bytes.TrimSuffix(honest, []byte("}")), `,%q:[]}`, listOf(honest))
}

// listOf is the name of the member that has the readers.
func listOf(honest []byte) string {
	if bytes.Contains(honest, []byte(`"messageReadInfoList":`)) {
		return "messageReadInfoList"
	}
	return "readUserIds"
}

func trailing(honest []byte) []byte { return append(honest, "\n{}"...) }

func badUTF8(honest []byte) []byte {
	paged := bytes.Replace(honest, []byte(`"readUserIds":[`), []byte("\"readUserIds\":[\"user\xff\xfe\","), 1)
	return bytes.Replace(paged, []byte(`"userId":"`), []byte("\"userId\":\"\xff\xfe"), 1)
}

func nullReaders(honest []byte) []byte {
	return respell(honest, func(fields map[string]any) { fields[listOf(honest)] = nil })
}

func noHasMore(honest []byte) []byte {
	return respell(honest, func(fields map[string]any) { delete(fields, "hasMore") })
}

func respell(body []byte, change func(fields map[string]any)) []byte {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	change(fields)
	return jsonReply(http.StatusOK, fields).body
}

// illNext changes a good page of a query into one that always has a next.
func illNext(change func(s *Simulator, c *call, p *page)) ill {
	return func(s *Simulator, c *call, _ *scenario.Fault, honest func() reply) reply {
		rep := honest()
		var p page
		if rep.status != http.StatusOK || rep.code != "" || c.cursor == nil || json.Unmarshal(rep.body, &p) != nil {
			return rep
		}
		change(s, c, &p)
		p.HasMore = true
		return jsonReply(http.StatusOK, p)
	}
}

func loopToken(s *Simulator, c *call, p *page) {
	p.NextToken = c.seen.NextToken
	if p.NextToken == "" {
		p.NextToken = s.seal(c, cursor{state: c.cursor.state, page: 2, offset: len(p.ReadUserIDs)})
	}
}

// endless leaves the true readers where they are: a later page without the fault
// goes on with them.
func endless(s *Simulator, c *call, p *page) {
	size := cmp.Or(c.seen.MaxResults, defaultPageSize)
	p.ReadUserIDs = make([]string, size)
	for i := range p.ReadUserIDs {
		p.ReadUserIDs[i] = fmt.Sprintf("stranger%09d", (c.cursor.page-1)*size+i+1)
	}
	p.NextToken = s.sealSame(c)
}

func emptyPages(s *Simulator, c *call, p *page) {
	p.ReadUserIDs, p.NextToken = []string{}, s.sealSame(c)
}

// sealSame makes a token for a next page at the same place.
func (s *Simulator) sealSame(c *call) string {
	return s.seal(c, cursor{state: c.cursor.state, page: c.cursor.page + 1, offset: c.cursor.offset})
}

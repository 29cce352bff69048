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

// defaultDelay is how long a timeout lasts unless the caller leaves earlier.
const defaultDelay = 5 * time.Minute

// A faultReply makes the reply of one kind of fault. noFault makes the reply that
// would go out without the fault; it is nil in an outage, whose kinds never call it.
type faultReply func(s *Simulator, c *call, f *scenario.Fault, noFault func() reply) reply

func faults() map[scenario.FaultKind]faultReply {
	return map[scenario.FaultKind]faultReply{
		scenario.FaultSystemError:    faultCode(scenario.CodeSystemError),
		scenario.FaultReset:          faultNoReply(connectionReset),
		scenario.FaultEOF:            faultNoReply(connectionClosed),
		scenario.FaultTimeout:        faultNoReply(noAnswer),
		scenario.FaultTruncate:       faultDelivery(bodyTruncated),
		scenario.FaultSlowBody:       faultDelivery(bodySlow),
		scenario.FaultRedirect:       faultRedirect,
		scenario.FaultLate:           faultDelivery(delivered),
		scenario.FaultThrottle:       faultThrottle,
		scenario.FaultLegacyThrottle: faultLegacyThrottle,
		scenario.FaultQuota:          faultCode(scenario.CodeQuota),
		scenario.FaultBan:            faultBan,
		scenario.FaultHTML:           faultHTML,
		scenario.FaultGarbage:        faultBody("\x00\x01 these bytes are no answer {"),
		scenario.FaultEmptyObject:    faultBody("{}"),
		scenario.FaultNull:           faultBody("null"),
		scenario.FaultErrorIn200:     faultErrorIn200,
		scenario.FaultWrongCase:      faultPage(wrongCase),
		scenario.FaultDuplicateKey:   faultPage(duplicateKey),
		scenario.FaultTrailing:       faultPage(trailing),
		scenario.FaultBadUTF8:        faultPage(badUTF8),
		scenario.FaultNullReaders:    faultPage(nullReaders),
		scenario.FaultNoHasMore:      faultPage(noHasMore),
		scenario.FaultLoopToken:      faultNext(loopToken),
		scenario.FaultEndless:        faultNext(endless),
		scenario.FaultEmptyPages:     faultNext(emptyPages),
	}
}

// fail makes the reply of a fault.
func (s *Simulator) fail(c *call, f *scenario.Fault, noFault func() reply) reply {
	c.seen.Fault = f.Kind
	return faults()[f.Kind](s, c, f, noFault)
}

func faultCode(code string) faultReply {
	return func(_ *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
		rep := c.answered(&scenario.Answer{Code: code, Status: f.Status})
		if f.RetryAfter != "" {
			rep.header.Set("Retry-After", f.RetryAfter)
		}
		return rep
	}
}

func faultThrottle(s *Simulator, c *call, f *scenario.Fault, noFault func() reply) reply {
	rep := faultCode(cmp.Or(f.Code, scenario.CodeThrottled))(s, c, f, noFault)
	rep.refused = true
	return rep
}

func faultNoReply(t delivery) faultReply {
	return func(_ *Simulator, _ *call, f *scenario.Fault, _ func() reply) reply {
		return reply{delivery: t, delay: cmp.Or(time.Duration(f.Delay), defaultDelay)}
	}
}

func faultDelivery(t delivery) faultReply {
	return func(_ *Simulator, _ *call, f *scenario.Fault, noFault func() reply) reply {
		rep := noFault()
		rep.delivery, rep.delay = t, cmp.Or(time.Duration(f.Delay), defaultDelay)
		return rep
	}
}

func faultBody(body string) faultReply {
	return func(*Simulator, *call, *scenario.Fault, func() reply) reply {
		return reply{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(body)}
	}
}

func faultRedirect(_ *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
	location := cmp.Or(f.Location, "https://elsewhere.invalid"+c.seen.Path)
	return reply{status: cmp.Or(f.Status, http.StatusFound), header: http.Header{"Location": {location}}, refused: true}
}

func faultLegacyThrottle(*Simulator, *call, *scenario.Fault, func() reply) reply {
	rep := jsonReply(http.StatusOK, map[string]any{"errcode": 90018, "errmsg": "您的服务器调用钉钉开放平台接口过于频繁"})
	rep.code, rep.refused = "90018", true
	return rep
}

func faultBan(_ *Simulator, c *call, f *scenario.Fault, _ func() reply) reply {
	rep := c.banned()
	rep.status = cmp.Or(f.Status, rep.status)
	return rep
}

func faultHTML(_ *Simulator, _ *call, f *scenario.Fault, _ func() reply) reply {
	status := cmp.Or(f.Status, http.StatusOK)
	body := fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d %s</title></head><body>Please try again later.</body></html>\n",
		status, http.StatusText(status))
	return reply{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: []byte(body), refused: true}
}

func faultErrorIn200(_ *Simulator, c *call, _ *scenario.Fault, _ func() reply) reply {
	return c.answered(&scenario.Answer{Code: scenario.CodeSystemError, Status: http.StatusOK})
}

// faultPage spoils the body of a good page; another answer stays as it is.
func faultPage(spoil func(noFault []byte) []byte) faultReply {
	return func(_ *Simulator, _ *call, _ *scenario.Fault, noFault func() reply) reply {
		rep := noFault()
		if rep.status == http.StatusOK && rep.code == "" {
			rep.body = spoil(rep.body)
		}
		return rep
	}
}

func wrongCase(noFault []byte) []byte {
	body := string(noFault)
	for _, key := range []string{"sendStatus", "readUserIds", "messageReadInfoList", "nextToken", "hasMore"} {
		body = strings.Replace(body, strconv.Quote(key)+":", strconv.Quote(strings.ToUpper(key))+":", 1)
	}
	return []byte(body)
}

func duplicateKey(noFault []byte) []byte {
	return fmt.Appendf(bytes.TrimSuffix(noFault, []byte("}")), `,%q:[]}`, listOf(noFault))
}

// listOf is the name of the member that has the readers.
func listOf(noFault []byte) string {
	if bytes.Contains(noFault, []byte(`"messageReadInfoList":`)) {
		return "messageReadInfoList"
	}
	return "readUserIds"
}

func trailing(noFault []byte) []byte { return append(noFault, "\n{}"...) }

func badUTF8(noFault []byte) []byte {
	paged := bytes.Replace(noFault, []byte(`"readUserIds":[`), []byte("\"readUserIds\":[\"user\xff\xfe\","), 1)
	return bytes.Replace(paged, []byte(`"userId":"`), []byte("\"userId\":\"\xff\xfe"), 1)
}

func nullReaders(noFault []byte) []byte {
	return respell(noFault, func(fields map[string]any) { fields[listOf(noFault)] = nil })
}

func noHasMore(noFault []byte) []byte {
	return respell(noFault, func(fields map[string]any) { delete(fields, "hasMore") })
}

func respell(body []byte, change func(fields map[string]any)) []byte {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return body
	}
	change(fields)
	return jsonReply(http.StatusOK, fields).body
}

// faultNext changes a good page of a query into one that always has a next.
func faultNext(change func(s *Simulator, c *call, p *page)) faultReply {
	return func(s *Simulator, c *call, _ *scenario.Fault, noFault func() reply) reply {
		rep := noFault()
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
		p.NextToken = s.cursors.seal(c, cursor{state: c.cursor.state, page: 2, offset: len(p.ReadUserIDs)})
	}
}

// endless leaves the cursor at the true readers: a later page without the fault goes
// on with them.
func endless(s *Simulator, c *call, p *page) {
	size := cmp.Or(c.seen.MaxResults, defaultPageSize)
	p.ReadUserIDs = make([]string, size)
	for i := range p.ReadUserIDs {
		p.ReadUserIDs[i] = fmt.Sprintf("stranger%09d", (c.cursor.page-1)*size+i+1)
	}
	p.NextToken = sealSame(s, c)
}

func emptyPages(s *Simulator, c *call, p *page) {
	p.ReadUserIDs, p.NextToken = []string{}, sealSame(s, c)
}

// sealSame makes a token for a next page at the same place.
func sealSame(s *Simulator, c *call) string {
	return s.cursors.seal(c, cursor{state: c.cursor.state, page: c.cursor.page + 1, offset: c.cursor.offset})
}

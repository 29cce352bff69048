package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxReaders bounds the readers that are drawn for one message.
const maxReaders = 1_000_000

// A checker collects what makes no sense in a scenario.
type checker struct {
	scenario *Scenario
	// present reports whether a file has the field; it tells a written zero from an absent
	// field.
	present  func(path string) bool
	keys     map[string]bool // of all messages
	problems []Problem
}

func (sc *Scenario) check(present func(path string) bool) []Problem {
	c := &checker{scenario: sc, present: present, keys: map[string]bool{}}
	c.limits()
	for _, key := range slices.Sorted(maps.Keys(sc.Apps)) {
		c.app(fmt.Sprintf("apps[%q]", key), sc.Apps[key])
	}
	seen := map[MessageID]int{}
	for i := range sc.Messages {
		path := fmt.Sprintf("messages[%d]", i)
		m := &sc.Messages[i]
		c.keys[m.Key] = true
		if first, found := seen[m.ID()]; found && m.Key != "" {
			c.report(path+".key", "%q is messages[%d] already; a kind and key is listed once", m.Key, first)
		}
		seen[m.ID()] = i
		c.message(path, m)
	}
	for i := range sc.Faults {
		c.fault(fmt.Sprintf("faults[%d]", i), &sc.Faults[i])
	}
	for i, o := range sc.Outages {
		c.outage(fmt.Sprintf("outages[%d]", i), o)
	}
	return c.problems
}

func (c *checker) report(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// atLeast reports a number that is too small.
func (c *checker) atLeast(path string, least, got int) {
	if got < least {
		c.report(path, "it must be %d or more, not %d", least, got)
	}
}

// oneOf reports a word that is none of those known. An empty one is left to the
// caller.
func oneOf[T ~string](c *checker, path string, got T, known ...T) {
	if got == "" || slices.Contains(known, got) {
		return
	}
	names, words := map[string]bool{}, make([]string, 0, len(known))
	for _, k := range known {
		names[string(k)], words = true, append(words, string(k))
	}
	c.report(path, "it is one of %s, not %q%s", strings.Join(words, ", "), string(got), didYouMean(string(got), names))
}

func (c *checker) limits() {
	sc := c.scenario
	c.atLeast("requests_per_second", 0, sc.RequestsPerSecond)
	c.atLeast("requests_per_month", 0, sc.RequestsPerMonth)
	c.atLeast("ban_after", -1, sc.BanAfter)
	c.atLeast("max_page_size", 0, sc.MaxPageSize)
	oneOf(c, "unknown_keys", sc.UnknownKeys, UnknownKeysAnswer, UnknownKeysReject)
	for i, shift := range sc.Shifts {
		path := fmt.Sprintf("shifts[%d]", i)
		if shift.There < 0 || shift.There > 1 {
			c.report(path+".there", "it must be 0 to 1, not %v", shift.There)
		}
		if i > 0 && shift.After <= sc.Shifts[i-1].After {
			c.report(path+".after", "shifts come one after the other: this one must be after shifts[%d]", i-1)
		}
	}
}

func (c *checker) app(path string, app App) {
	if app.AppSecret == "" {
		c.report(path, "app_secret is missing")
	}
	c.answer(path+".error", app.Error)
}

func (c *checker) message(path string, m *Message) {
	oneOf(c, path+".kind", m.Kind, Kinds()...)
	if m.Key == "" || len(m.Key) > 256 {
		c.report(path, "key must have 1 to 256 bytes, not %d", len(m.Key))
	}
	if _, known := c.scenario.Apps[m.App]; m.App != "" && len(c.scenario.Apps) > 0 && !known {
		c.report(path+".app", "there is no app %q%s", m.App, didYouMean(m.App, c.scenario.Apps))
	}
	c.atLeast(path+".page_size", 0, m.PageSize)
	c.atLeast(path+".overlap", 0, m.Overlap)
	if size := cmp.Or(m.PageSize, c.scenario.PageSizeLimit()); m.Overlap > 0 && m.Overlap >= size {
		c.report(path+".overlap", "it must be less than the page size of %d, or pages would never end", size)
	}
	c.span(path, m.From, m.Until)
	c.oneToOne(path, m)
	c.states(path, m)
}

// oneToOne checks what only messages of that kind have, and what they lack.
func (c *checker) oneToOne(path string, m *Message) {
	if m.Kind != KindOneToOne {
		if m.Receivers != nil {
			c.report(path+".receivers", "only a message of kind one_to_one is answered with its receivers")
		}
		return
	}
	if n := len(m.Receivers); m.Receivers != nil && (n < 1 || n > MaxReceivers) {
		c.report(path+".receivers", "a message of kind one_to_one goes to 1 to %d people, not %d", MaxReceivers, n)
	}
	for i, id := range m.Receivers {
		if id == "" || slices.Index(m.Receivers, id) < i {
			c.report(fmt.Sprintf("%s.receivers[%d]", path, i), "%q: a receiver is a user id and listed once", id)
		}
	}
	if m.PageSize > 0 || m.Overlap > 0 {
		c.report(path, "a message of kind one_to_one has no pages: leave out page_size and overlap")
	}
	if m.OpenConversationID != "" {
		c.report(path+".open_conversation_id", "a message of kind one_to_one has no conversation to ask with")
	}
}

// received checks the readers of a one_to_one message's state against its receivers.
func (c *checker) received(path string, m *Message, st *State) {
	if m.Kind != KindOneToOne {
		return
	}
	most := MaxReceivers
	if m.Receivers != nil {
		most = len(m.Receivers)
	}
	if st.ReaderCount != nil && *st.ReaderCount > most {
		c.report(path+".reader_count", "the message went to %d people at most, so %d can't have read it", most, *st.ReaderCount)
	}
	if distinct := len(slices.Compact(slices.Sorted(slices.Values(st.Readers)))); m.Receivers == nil && distinct > most {
		c.report(path+".readers", "the message went to %d people at most, so %d can't have read it", most, distinct)
	}
	for i, id := range st.Readers {
		if m.Receivers != nil && !slices.Contains(m.Receivers, id) {
			c.report(fmt.Sprintf("%s.readers[%d]", path, i), "%q is none of the message's receivers", id)
		}
	}
}

func (c *checker) states(path string, m *Message) {
	c.state(path, &m.State)
	c.received(path, m, &m.State)
	if len(m.Asks) > 0 && (len(m.Changes) > 0 || !m.empty()) {
		c.report(path+".asks", "asks leave no room for changes or a state of the message's own: put all of it into asks")
	}
	for i := range m.Changes {
		change := fmt.Sprintf("%s.changes[%d]", path, i)
		c.state(change, &m.Changes[i].State)
		c.received(change, m, &m.Changes[i].State)
		if i > 0 && m.Changes[i].After <= m.Changes[i-1].After {
			c.report(change+".after", "changes come one after the other: this one must be after changes[%d]", i-1)
		}
	}
	for i := range m.Asks {
		ask := fmt.Sprintf("%s.asks[%d]", path, i)
		c.state(ask, &m.Asks[i].State)
		c.received(ask, m, &m.Asks[i].State)
		c.atLeast(ask+".times", 0, m.Asks[i].Times)
	}
}

func (c *checker) state(path string, st *State) {
	oneOf(c, path+".send_status", st.SendStatus, "SUCCESS", "RECALLED", "PROCESSING")
	ways := 0
	if st.Readers != nil {
		ways++
	}
	if st.ReaderCount != nil {
		ways++
		if n := *st.ReaderCount; n < 0 || n > maxReaders {
			c.report(path+".reader_count", "it must be 0 to %d, not %d", maxReaders, n)
		}
	}
	if st.ReadRate != nil {
		ways++
		if *st.ReadRate < 0 || *st.ReadRate > 1 {
			c.report(path+".read_rate", "it must be 0 to 1, not %v", *st.ReadRate)
		}
	}
	if ways > 1 {
		c.report(path, "readers, reader_count and read_rate say the same thing: give one of them")
	}
	if i := slices.Index(st.Readers, ""); i >= 0 {
		c.report(fmt.Sprintf("%s.readers[%d]", path, i), "a user id isn't empty")
	}
	c.answer(path+".error", st.Error)
}

func (c *checker) answer(path string, a *Answer) {
	if a == nil {
		return
	}
	_, known := ErrorAnswers()[a.Code]
	switch {
	case a.Code == "" && a.Body == nil:
		c.report(path, "code is missing (or body, for an answer without one)")
	case a.Code != "" && a.Body != nil:
		c.report(path+".body", "a body leaves no room for code: write the code into the body")
	case !known && a.Status == 0 && a.Body == nil:
		c.report(path+".code", "%q isn't documented, so it needs a status%s", a.Code, didYouMean(a.Code, ErrorAnswers()))
	}
	if a.Body != nil && !json.Valid(a.Body) {
		c.report(path+".body", "it is no JSON")
	}
	c.status(path+".status", a.Status)
}

func (c *checker) status(path string, status int) {
	if status != 0 && (status < 200 || status > 599) {
		c.report(path, "it must be 200 to 599, not %d", status)
	}
}

func (c *checker) fault(path string, f *Fault) {
	if f.Kind == "" {
		c.report(path, "kind is missing")
	}
	oneOf(c, path+".kind", f.Kind, FaultKinds()...)
	for i, name := range f.Interfaces {
		oneOf(c, fmt.Sprintf("%s.interfaces[%d]", path, i), name, Interfaces()...)
	}
	for i, key := range f.Messages {
		c.faultMessage(fmt.Sprintf("%s.messages[%d]", path, i), key)
	}
	for i, page := range f.Pages {
		c.atLeast(fmt.Sprintf("%s.pages[%d]", path, i), 1, page)
	}
	for i, attempt := range f.Attempts {
		c.atLeast(fmt.Sprintf("%s.attempts[%d]", path, i), 1, attempt)
	}
	if f.Share < 0 || f.Share > 1 || f.Share == 0 && c.present(path+".share") {
		c.report(path+".share", "it must be above 0 and at most 1, not %v", f.Share)
	}
	c.span(path, f.From, f.Until)
	c.status(path+".status", f.Status)
	c.faultCode(path, f)
}

func (c *checker) faultCode(path string, f *Fault) {
	_, known := ErrorAnswers()[f.Code]
	switch {
	case f.Code == "" || known && f.Kind == FaultThrottle:
	case f.Kind != FaultThrottle:
		c.report(path+".code", "only throttle has codes to choose from")
	case f.Status == 0:
		c.report(path+".code", "%q isn't documented, so it needs a status%s", f.Code, didYouMean(f.Code, ErrorAnswers()))
	}
}

// faultMessage reports a key that no query is answered for.
func (c *checker) faultMessage(path, key string) {
	if c.scenario.UnknownKeys != UnknownKeysReject || c.keys[key] {
		return
	}
	hint := ""
	if len(c.problems) < maxProblems {
		// Looking for a likely key among all of them takes its time.
		hint = didYouMean(key, c.keys)
	}
	c.report(path, "no message has the key %q%s", key, hint)
}

func (c *checker) outage(path string, o Outage) {
	oneOf(c, path+".kind", o.Kind, FaultSystemError, FaultReset, FaultEOF, FaultTimeout, FaultHTML)
	if o.Until == 0 {
		c.report(path, "until is missing")
	}
	c.span(path, o.From, o.Until)
}

func (c *checker) span(path string, from, until Duration) {
	if until != 0 && until <= from {
		c.report(path+".until", "it must be after from")
	}
}

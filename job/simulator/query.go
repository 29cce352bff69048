package simulator

import (
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// defaultPageSize is the size of a page without maxResults. The vendor doesn't say
// it; its example asks for 50.
const defaultPageSize = 50

// readQuery fills in what a message query is about.
func readQuery(s *Simulator, c *call) {
	c.seen.Kind = c.endpoint.name
	c.seen.Key, _ = c.text("processQueryKey")
	c.seen.RobotCode, _ = c.text("robotCode")
	c.seen.NextToken, _ = c.text("nextToken")
	if size, ok := c.number("maxResults"); ok && size != nil {
		c.seen.MaxResults = int(*size)
	}
	c.cursor = s.cursors.open(c.seen.NextToken, c.seen.Kind, c.seen.Key)
	c.seen.Page = 0
	if c.cursor != nil {
		c.seen.Page = c.cursor.page
	}
}

// answerQuery is privateChatMessages/query, and groupMessages/query, which
// differs in nothing but the keys it knows.
func answerQuery(s *Simulator, c *call) reply {
	if refusal := s.refuseApp(c); refusal != nil {
		return *refusal
	}
	if code := s.badParameter(c); code != "" {
		return c.coded(code)
	}
	e, code := s.messages.find(c)
	switch {
	case code != "":
		return c.coded(code)
	case e == nil:
		return s.page(c, new(scenario.Message), scenario.State{})
	}
	return s.answerEntry(c, e)
}

func (s *Simulator) refuseApp(c *call) *reply {
	if c.app == nil {
		return nil
	}
	if c.app.Permissions != nil && !slices.Contains(c.app.Permissions, scenario.PermissionQuery) {
		return new(c.answered(&scenario.Answer{Code: scenario.CodeDenied, RequiredScopes: []string{scenario.PermissionQuery}}))
	}
	if c.app.Error != nil {
		return new(c.answered(c.app.Error))
	}
	if c.app.Robots != nil && c.seen.RobotCode != "" && !slices.Contains(c.app.Robots, c.seen.RobotCode) {
		return new(c.coded(scenario.CodeUnknownRobot))
	}
	return nil
}

// badParameter is the code for what is wrong with the request in itself, or "".
func (s *Simulator) badParameter(c *call) string {
	if c.fields == nil {
		return scenario.CodeBadParameter
	}
	for _, name := range []string{"openConversationId", "robotCode", "processQueryKey", "nextToken"} {
		if _, ok := c.text(name); !ok {
			return scenario.CodeBadParameter
		}
	}
	if c.seen.Key == "" {
		return scenario.CodeMissingKey
	}
	size, ok := c.number("maxResults")
	if !ok {
		return scenario.CodeBadParameter
	}
	if size != nil && (*size < 1 || *size > int64(s.scenario.PageSizeLimit())) {
		return scenario.CodeBadPageSize
	}
	if c.cursor == nil || s.cursors.stale(c.cursor, c.seen.At) {
		return scenario.CodeBadCursor
	}
	return ""
}

// answerEntry answers from a message's own state.
func (s *Simulator) answerEntry(c *call, e *entry) reply {
	state := c.cursor.state
	if c.cursor.page == 1 {
		state = s.present(c, e)
	}
	st := e.state(state)
	c.cursor.state = state
	if st.Error != nil {
		return c.answered(st.Error)
	}
	return s.page(c, e.message, st)
}

// present is the state that a message has for who asks now.
func (s *Simulator) present(c *call, e *entry) int {
	state := e.current(s.clock.elapsed(c.seen.At))
	if !s.clock.within(c.seen.At, e.message.From, e.message.ClosesAt()) {
		state = stateExpired
	}
	c.shown = &shownState{e, state}
	return state
}

// page cuts the page that the cursor asks for.
func (s *Simulator) page(c *call, m *scenario.Message, st scenario.State) reply {
	readers := s.readership.readers(c.seen.Kind, c.seen.Key, st)
	size := c.seen.MaxResults
	if size == 0 {
		size = min(defaultPageSize, s.scenario.PageSizeLimit())
	}
	if m.PageSize > 0 {
		size = min(size, m.PageSize)
	}
	start := min(c.cursor.offset, len(readers))
	end := min(start+size, len(readers))
	from := start
	if c.cursor.page > 1 && m.Overlap < size {
		from = max(0, start-m.Overlap)
		end = min(from+size, len(readers))
	}
	answer := page{SendStatus: st.EffectiveSendStatus(), ReadUserIDs: append([]string{}, readers[from:end]...), HasMore: end < len(readers)}
	if answer.HasMore {
		answer.NextToken = s.cursors.seal(c, cursor{state: c.cursor.state, page: c.cursor.page + 1, offset: end})
	}
	return jsonReply(200, answer)
}

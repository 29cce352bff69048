package simulator

import (
	"notifyaudit/job/simulator/scenario"
)

// The states of an entry that are not in its list.
const (
	stateExpired = -1
	stateNone    = -2
)

// An entry is a listed message and its progress.
type entry struct {
	message *scenario.Message
	states  []scenario.State
	// from says when each state begins: a time since the start, or with
	// message.Asks a number of asks.
	from []scenario.Duration
	// asks counts the asks so far; lastShown is the state that the last one had.
	asks, lastShown int
}

// A shownState is the state that a first page is to be answered with.
type shownState struct {
	entry *entry
	state int
}

func newEntry(m *scenario.Message) *entry {
	e := &entry{message: m, lastShown: stateNone}
	if len(m.Asks) == 0 {
		e.add(m.State, 0)
	}
	for _, c := range m.Changes {
		e.add(c.State, c.After)
	}
	begins := 0
	for _, a := range m.Asks {
		e.add(a.State, scenario.Duration(begins))
		begins += max(a.Times, 1)
	}
	return e
}

func (e *entry) add(st scenario.State, from scenario.Duration) {
	if last := len(e.states) - 1; last >= 0 {
		st = st.Inherit(e.states[last])
	}
	e.states = append(e.states, st)
	e.from = append(e.from, from)
}

// current is the state that the next ask gets.
func (e *entry) current(elapsed scenario.Duration) int {
	progress := elapsed
	if len(e.message.Asks) > 0 {
		progress = scenario.Duration(e.asks)
	}
	state := 0
	for i, from := range e.from {
		if from <= progress {
			state = i
		}
	}
	return state
}

func (e *entry) state(i int) scenario.State {
	if i < 0 || i >= len(e.states) {
		return scenario.State{Error: &scenario.Answer{Code: scenario.CodeExpired}}
	}
	return e.states[i]
}

// count counts an ask.
func (e *entry) count(t shownState) {
	e.asks++
	e.lastShown = t.state
}

// refuses is the code for a query that doesn't fit the message, or "".
func (e *entry) refuses(c *call) string {
	m := e.message
	conversation, _ := c.text("openConversationId")
	switch {
	case m.App != "" && c.seen.App != m.App, m.Corp != "" && c.seen.Corp != m.Corp:
		return scenario.CodeBadKey
	case m.RobotCode != "" && c.seen.RobotCode == "":
		return scenario.CodeMissingRobot
	case m.RobotCode != "" && c.seen.RobotCode != m.RobotCode:
		return scenario.CodeBadRobot
	case m.OpenConversationID != "" && conversation != "" && conversation != m.OpenConversationID:
		return scenario.CodeBadConversation
	}
	return ""
}

package simulator

import "cmp"

// A messageID is what makes a message the same one.
type messageID struct{ kind, key string }

func (m *Message) id() messageID { return messageID{cmp.Or(m.Kind, KindPrivateChat), m.Key} }

// empty reports whether a state says nothing.
func (st *State) empty() bool {
	return st.SendStatus == "" && st.Error == nil && !st.hasReaders()
}

func (st *State) hasReaders() bool {
	return st.Readers != nil || st.ReaderCount != nil || st.ReadRate != nil
}

func (st *State) sendStatus() string { return cmp.Or(st.SendStatus, "SUCCESS") }

// after is the state with what it leaves out taken from the one before.
func (st State) after(before State) State {
	if st.SendStatus == "" {
		st.SendStatus = before.SendStatus
	}
	if !st.hasReaders() {
		st.Readers, st.ReaderCount, st.ReadRate = before.Readers, before.ReaderCount, before.ReadRate
	}
	return st
}

// The states of an entry that stand outside its list.
const (
	stateExpired = -1
	stateUntold  = -2
)

// An entry is a listed message and where it stands.
type entry struct {
	message *Message
	states  []State
	// from says when each state begins: a time since the start, or with
	// message.Asks a number of asks.
	from []Duration
	// asks counts the asks so far; told is the state that the last one had.
	asks, told int
}

// A telling is the state that a first page is to be answered with.
type telling struct {
	entry *entry
	state int
}

func newEntry(m *Message) *entry {
	e := &entry{message: m, told: stateUntold}
	if len(m.Asks) == 0 {
		e.add(m.State, 0)
	}
	for _, c := range m.Changes {
		e.add(c.State, c.After)
	}
	begins := 0
	for _, a := range m.Asks {
		e.add(a.State, Duration(begins))
		begins += max(a.Times, 1)
	}
	return e
}

func (e *entry) add(st State, from Duration) {
	if last := len(e.states) - 1; last >= 0 {
		st = st.after(e.states[last])
	}
	e.states = append(e.states, st)
	e.from = append(e.from, from)
}

// current is the state that the next ask gets.
func (e *entry) current(elapsed Duration) int {
	progress := elapsed
	if len(e.message.Asks) > 0 {
		progress = Duration(e.asks)
	}
	state := 0
	for i, from := range e.from {
		if from <= progress {
			state = i
		}
	}
	return state
}

func (e *entry) state(i int) State {
	if i < 0 || i >= len(e.states) {
		return State{Error: &Answer{Code: codeExpired}}
	}
	return e.states[i]
}

// tell counts an ask.
func (e *entry) tell(t telling) {
	e.asks++
	e.told = t.state
}

// refuses is the code for a query that doesn't fit the message, or "".
func (e *entry) refuses(c *call) string {
	m := e.message
	conversation, _ := c.text("openConversationId")
	switch {
	case m.App != "" && c.seen.App != m.App, m.Corp != "" && c.seen.Corp != m.Corp:
		return codeBadKey
	case m.RobotCode != "" && c.seen.RobotCode == "":
		return codeMissingRobot
	case m.RobotCode != "" && c.seen.RobotCode != m.RobotCode:
		return codeBadRobot
	case m.OpenConversationID != "" && conversation != "" && conversation != m.OpenConversationID:
		return codeBadConversation
	}
	return ""
}

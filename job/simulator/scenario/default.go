package scenario

import (
	"cmp"
	"time"
)

// defaultBanAfter is how many requests in 20 s are still admitted.
const defaultBanAfter = 10_000

// oneToOneWindow is how long after sending a one_to_one key can be asked.
const oneToOneWindow = Duration(24 * time.Hour)

// PageSizeLimit is the largest maxResults.
func (sc *Scenario) PageSizeLimit() int { return cmp.Or(sc.MaxPageSize, DefaultMaxPageSize) }

// BanLimit is the number of requests in 20 s past which a ban begins; negative: none.
func (sc *Scenario) BanLimit() int { return cmp.Or(sc.BanAfter, defaultBanAfter) }

// A MessageID identifies a message in a scenario.
type MessageID struct{ Kind, Key string }

// ID returns what identifies the message: its key among those of its kind.
func (m *Message) ID() MessageID { return MessageID{cmp.Or(m.Kind, KindPrivateChat), m.Key} }

// ClosesAt is the time since the start from which the key can't be asked any more;
// 0 is never.
func (m *Message) ClosesAt() Duration {
	if m.Until == 0 && m.Kind == KindOneToOne {
		return m.From + oneToOneWindow
	}
	return m.Until
}

// EffectiveSendStatus is the send status that a query answers.
func (st *State) EffectiveSendStatus() string { return cmp.Or(st.SendStatus, "SUCCESS") }

// Inherit returns the state with what it leaves out taken from the one before.
func (st State) Inherit(before State) State {
	if st.SendStatus == "" {
		st.SendStatus = before.SendStatus
	}
	if !st.hasReaders() {
		st.Readers, st.ReaderCount, st.ReadRate = before.Readers, before.ReaderCount, before.ReadRate
	}
	return st
}

// empty reports whether a state says nothing.
func (st *State) empty() bool {
	return st.SendStatus == "" && st.Error == nil && !st.hasReaders()
}

func (st *State) hasReaders() bool {
	return st.Readers != nil || st.ReaderCount != nil || st.ReadRate != nil
}

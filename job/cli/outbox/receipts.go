package outbox

import (
	"context"
	"strings"

	"notifyaudit/job/cli/session"
	"notifyaudit/job/state"
)

// recipientPart begins the name of a part that is a recipient of the target's own mail.
const recipientPart = "to-"

// resultsPart says that the results of its run are owed when the notice was sent.
const resultsPart = "results"

// receipts remember, in the account and in the state, who of a mail's recipients has what
// the target is owed while others were refused it.
type receipts struct {
	session *session.Session
	account *account
}

// Has implements [notifyaudit/job/deliver.Receipts].
func (r receipts) Has(recipient string) bool { return r.account.took(r.part(recipient)) }

// Add implements [notifyaudit/job/deliver.Receipts].
func (r receipts) Add(recipients []string) error {
	var all []state.Delivery
	for _, recipient := range recipients {
		part := r.part(recipient)
		r.account.parts[part] = r.account.record.Run
		all = append(all, r.account.partRecord(part, r.session))
	}
	return state.CommitDeliveries(context.Background(), r.session.DB, all...)
}

// part is that of a recipient: who has the results has no notice yet.
func (r receipts) part(recipient string) string {
	return recipientPart + digestOf(r.session, string(r.account.record.Owed), recipient)
}

// took reports whether a part of what is owed was taken before.
func (a *account) took(part string) bool {
	run, is := a.parts[part]
	return is && run == a.record.Run
}

// take notes that a part stands for a run.
func (a *account) take(part, run string) {
	a.parts[part], a.changed = run, append(a.changed, part)
}

// partly reports whether some recipients of the target's own mail have it, while others of
// them, or managers, were refused theirs.
func (a *account) partly() bool {
	for part := range a.parts {
		if (part == ownPart || strings.HasPrefix(part, recipientPart)) && a.took(part) {
			return true
		}
	}
	return false
}

// carry takes over to another run what was taken of the one that is owed: the target is
// owed no more than it was.
func (a *account) carry(run string) {
	for part := range a.parts {
		if a.took(part) && part != resultsPart {
			a.take(part, run)
		}
	}
}

// records are what the state is to have of the account.
func (a *account) records(s *session.Session) []state.Delivery {
	all := []state.Delivery{a.record}
	for _, part := range a.changed {
		all = append(all, a.partRecord(part, s))
	}
	return all
}

// partRecord is a part that was taken.
func (a *account) partRecord(part string, s *session.Session) state.Delivery {
	return state.Delivery{Target: a.target.Label() + state.PartOf + part, Run: a.record.Run, ChangedAt: s.Now()}
}

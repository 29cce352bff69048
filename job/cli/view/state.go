package view

import (
	"fmt"
	"strings"
	"time"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/event"
	"notifyaudit/report"
)

// purgedOn tells when a message's people were purged.
func purgedOn(at time.Time, zone *time.Location) string {
	return "purged on " + at.In(zone).Format(time.DateOnly) + ", only the counts are left"
}

// Recalled shows what the state remembers of a message.
func (s Printer) Recalled(m *event.StateMessage, zone *time.Location) {
	line := func(label, text string) {
		s.Hang("  "+term.Pad(label, 12)+text, strings.Repeat(" ", 14))
	}
	s.Println(s.Paint(term.Bold, m.Address))
	line("key", m.ProcessQueryKey)
	line("provider", m.Provider+", kind "+m.Kind)
	asked := "never"
	if m.FirstAskedAt != nil {
		asked = "first " + term.Time(*m.FirstAskedAt, zone) + ", " + term.Plural(m.Calls, "call") + " since"
	}
	line("asked", asked)
	if m.AudienceSize != nil {
		roster := ""
		if m.Roster != "" {
			roster = ", of audience." + m.Roster
		}
		line("audience", term.People(*m.AudienceSize)+roster+", as recorded at the first reading")
	}
	if m.PurgedAt != nil {
		line("people", purgedOn(*m.PurgedAt, zone))
	}
	for _, r := range m.Readings {
		line("reading", fmt.Sprintf("%s %s, %s, %s of the audience (run %s)", term.Time(r.FinishedAt, zone), r.SendStatus, term.Plural(r.Readers, "reader"), term.Count(r.Read), r.Run))
	}
	if f := m.Failure; f != nil {
		line("failure", fmt.Sprintf("%s %s: %s %s %s", term.Time(f.At, zone), f.Status, f.Class, f.Code, f.Message))
	}
	if u := m.Interrupted; u != nil {
		line("interrupted", fmt.Sprintf("%s after %s with %s", term.Time(u.UpdatedAt, zone), term.Plural(u.Pages, "page"), term.Plural(u.Readers, "reader")))
	}
	if len(m.Readers) > 0 {
		ids := make([]string, len(m.Readers))
		for i, r := range m.Readers {
			ids[i] = report.CleanText(r.UserID)
		}
		line("readers", strings.Join(ids, ", "))
	}
	if m.Erased > 0 {
		line("erased", term.People(m.Erased)+" among the readers")
	}
}

// Places lists places of the manifest below a heading; nothing where there are none.
func (s Printer) Places(head string, places []string) {
	if len(places) == 0 {
		return
	}
	s.Say(head)
	for _, place := range places[:min(len(places), listedMentions)] {
		s.Println("  " + place)
	}
	if more := len(places) - listedMentions; more > 0 {
		s.Printf("  and %s\n", term.Plural(more, "more place"))
	}
}

// listedMentions bounds the places that are listed.
const listedMentions = 20

package view

import (
	"fmt"
	"maps"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/doctor"
	"notifyaudit/job/cli/term"
)

// DoctorNote shows what the doctor found out.
func (s Printer) DoctorNote(f doctor.Note) {
	color, mark := term.Yellow, "?"
	switch f.Mark {
	case doctor.Good:
		color, mark = term.Green, "✓"
	case doctor.Bad:
		color, mark = term.Red, "✗"
	case doctor.Unsure:
	}
	head := "  " + s.Paint(color, mark) + " " + s.Paint(term.Bold, f.What+":") + " "
	s.Hang(head+strings.TrimSpace(f.Text), "    ")
}

// Probes shows what the doctor is about to ask and what that costs. spent has the
// state's count of this month's calls by quota group; it is empty without a state.
func (s Printer) Probes(providers []job.Provider, probes map[string][]*doctor.Probe, spent map[string]int) {
	calls := 0
	for _, list := range probes {
		calls += len(list)
	}
	head := "This takes " + term.Plural(calls, "call")
	if calls > 0 {
		head += ", and more if an attempt fails or a message is refused"
	}
	sentences := []string{head + "."}
	left := maps.Clone(spent)
	for i := range providers {
		limit := providers[i].Limit
		used, known := left[limit.QuotaGroup]
		if allowed, limited := limit.Monthly(); limited && known {
			sentences = append(sentences, fmt.Sprintf("This state has spent %s of the %s it may spend this month on %s.", term.Count(used), term.Plural(allowed, "call"), limit.QuotaGroup))
		}
		delete(left, limit.QuotaGroup)
	}
	s.Say(strings.Join(sentences, " "))
	for i := range providers {
		name := providers[i].Name
		if len(probes[name]) == 0 {
			s.Hang("  "+name+": no message uses it, so its credential alone is tried.", "    ")
		}
		for _, probe := range probes[name] {
			message := probe.Message.Address
			if s.log != nil {
				message = probe.Message.Label()
			}
			s.Hang(fmt.Sprintf("  %s: asks one page of %s, %s.", name, message, probe.Robot()), "    ")
		}
	}
	s.Println("")
}

package sheets

import (
	"cmp"
	"strconv"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/notices"
	"notifyaudit/report/sheets/cells"
)

// notes is the last sheet: topics, items and explanations.
type notes struct {
	*builder
	all [][]report.Cell
}

func (s *notes) add(topic, item, said string) {
	s.all = append(s.all, []report.Cell{report.Text(s.words.Say("topic." + topic)), cells.Text(item), cells.Text(said)})
}

func (s *notes) make() *report.Sheet {
	w := s.words
	for _, item := range []string{"shown", "isnot", "who", "when"} {
		s.add("read", w.Say("read."+item), w.Say("read."+item+".text"))
	}
	s.figures()
	for _, status := range job.Statuses() {
		s.add("statuses", w.Say("status."+string(status)), w.Say("explain."+string(status)))
	}
	s.mode()
	s.add("cells", "", w.Say("cells.clean"))
	s.origin()
	return &report.Sheet{
		Columns: []report.Column{
			w.Head("topic", report.TypeText, 16), w.Wrapped("item", 32), w.Wrapped("text", 90),
		},
		Count: len(s.all),
		Rows:  cells.Rows(s.all),
	}
}

func (s *notes) figures() {
	w := s.words
	for _, key := range []string{
		"audience_size", "people", "deliveries", "read", "unread", "unknown", "read_rate",
		"coverage", "target", "below_target", "gap", "change", "changed", "speed", "as_of", "department", "small",
	} {
		s.add("figures", w.Say("figure."+key), w.Say("define."+key))
	}
	said := w.Say("define.unread_list.any")
	if stop := s.in.Refresh.StopAfter; stop > 0 {
		said = w.Say("define.unread_list", w.Span(stop))
	}
	s.add("figures", w.Say("figure.unread_list"), said)
	s.add("figures", w.Say("column.notice"), w.Say("define.notice", w.Number(notices.MaxOwn)))
}

// mode explains how much of people is shown, and who is only counted.
func (s *notes) mode() {
	w, mode := s.words, cmp.Or(s.in.Privacy.People, report.PeopleNamed)
	s.add("mode", w.Say("mode."+string(mode)), w.Say("mode."+string(mode)+".text"))
	if s.aggregate() {
		s.add("mode", w.Say("mode.minimum"), w.Say("mode.minimum.text", s.in.Privacy.Minimum()))
	}
	purged, when, erased := s.problems.Departed()
	if purged > 0 {
		s.add("mode", w.Say("mode.purged"), w.Say("mode.purged.text", w.Count("n.messages", purged), when))
	}
	if erased > 0 {
		s.add("mode", w.Say("mode.erased"), w.Say("mode.erased.text", w.Count("n.people", erased)))
	}
}

// origin adds where the figures come from.
func (s *notes) origin() {
	w, from := s.words, &s.in.Provenance
	for _, f := range from.Sources {
		said := "SHA-256 " + f.SHA256
		if f.ReadAs != "" {
			said = f.ReadAs + ", " + said
		}
		s.add("source", f.Path, said)
	}
	if from.Lineage != "" {
		s.add("state", w.Say("state.lineage"), from.Lineage)
		if !s.aggregate() {
			s.add("state", w.Say("state.serial"), strconv.FormatInt(from.Serial, 10))
		}
	}
	s.run()
	for _, spent := range from.Spending {
		calls := w.Number(spent.Calls)
		if spent.Allowed > 0 {
			calls = w.Say("calls.quota", calls, w.Number(spent.Allowed))
		}
		s.add("calls", w.Say("calls.item", spent.QuotaGroup, spent.Month), calls)
	}
	s.add("tool", w.Say("tool.version"), from.Version)
	s.add("tool", w.Say("tool.timezone"), w.Location.String())
}

func (s *notes) run() {
	w, run := s.words, s.in.Run
	if run == nil {
		s.add("run", w.Say("run.id"), w.Say("run.never"))
		return
	}
	s.add("run", w.Say("run.id"), run.ID)
	s.add("run", w.Say("run.started"), w.When(run.StartedAt))
	s.add("run", w.Say("run.finished"), w.When(run.FinishedAt))
	complete, _ := w.Yes(run.Complete, true).Text()
	s.add("run", w.Say("run.complete"), complete)
	if s.aggregate() {
		return
	}
	s.add("run", w.Say("run.calls"), w.Number(run.Calls))
	s.add("run", w.Say("run.retries"), w.Number(run.Retries))
	s.add("run", w.Say("run.throttled"), w.Number(run.Throttled))
}

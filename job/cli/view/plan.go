package view

import (
	"fmt"
	"strings"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/plan"
)

// The bounds of what is shown of a plan. The rest is counted, so that no plan is
// longer than a few screens.
const (
	// listed bounds the messages of a part that are named.
	listed = 5
	// shownBlocks bounds the blocks of several messages.
	shownBlocks = 20
	// longReason is the width of a reason from which it gets a line of its own.
	longReason = 24
)

// plan shows what is done about which messages and why, then the totals. Blocks of a
// single message come first, grouped by action, then the blocks of several.
func (s Printer) plan(p *plan.Plan) { planPrinter{s}.plan(p) }

// A planPrinter shows plans.
type planPrinter struct{ Printer }

func (s planPrinter) plan(p *plan.Plan) {
	if s.log != nil {
		s.logPlan(p)
		return
	}
	singles, blocks := p.Groups[:0:0], p.Groups[:0:0]
	for _, g := range p.Groups {
		if g.Block != "" && g.Messages() == 1 && len(g.Parts[0].Examples) == 1 {
			singles = append(singles, g)
		} else {
			blocks = append(blocks, g)
		}
	}
	s.singles(singles)
	for _, g := range blocks[:min(len(blocks), shownBlocks)] {
		s.group(g)
	}
	if more := blocks[min(len(blocks), shownBlocks):]; len(more) > 0 {
		counts := plan.Counts{}
		for _, g := range more {
			for action, n := range g.Counts {
				counts[action] += n
			}
		}
		s.Say(fmt.Sprintf("%s: %s", s.Paint(term.Bold, "and "+term.Plural(len(more), "more block")), counts))
		s.Println("")
	}
	s.sum(p)
}

// logPlan logs a record for each block, and one for the totals.
func (s planPrinter) logPlan(p *plan.Plan) {
	for _, g := range p.Groups {
		s.log.Info("planned", "block", g.Block, "counts", g.Counts.String(), "drift", g.Drift.String())
	}
	s.log.Info("plan", "counts", p.Counts.String(), "calls", p.Forecast.Calls, "seconds", p.Forecast.Duration.Seconds())
}

// sum shows the totals: a line of what is done, then what that takes.
func (s planPrinter) sum(p *plan.Plan) {
	doing, rest, _ := strings.Cut(p.Summary(), ". ")
	s.Println(s.Paint(term.Bold, term.Wrap(strings.TrimSuffix(doing, ".")+".", "  ", s.Width)))
	for sentence := range strings.SplitAfterSeq(rest, ". ") {
		if sentence != "" {
			s.Say(strings.TrimSpace(sentence))
		}
	}
}

// singles shows the blocks of a single message: of each action and cause the first
// ones by name.
func (s planPrinter) singles(groups []*plan.Group) {
	if len(groups) == 0 {
		return
	}
	lines, folds := foldSingles(groups)
	rows := make([]planRow, 0, len(lines))
	for _, g := range lines {
		line := g.Parts[0].Examples[0]
		rows = append(rows, planRow{action: line.Action, subject: line.Name(), verb: verb(line.Action), reason: line.Reason, drift: g.Drift.String()})
		if fold := folds[g]; fold != nil {
			rows = append(rows, planRow{action: line.Action, subject: "and " + term.Count(fold.more) + " more", verb: verb(line.Action), reason: causeWords(line.Cause)})
		}
	}
	s.rows(rows, "")
	s.Println("")
}

// A fold counts the single messages that follow a line and are not named.
type fold struct{ shown, more int }

// foldSingles picks the groups to name, sorted by action and cause in the order in
// which these first occur. folds tells how many are left out after a group.
func foldSingles(groups []*plan.Group) (named []*plan.Group, folds map[*plan.Group]*fold) {
	type kind struct {
		action plan.Action
		cause  plan.Cause
	}
	most := 2 * listed
	if len(groups) <= 2*most {
		most = len(groups) // they fit on a screen, in the order of the manifest
		return groups[:most], nil
	}
	byKind := map[kind][]*plan.Group{}
	var order []kind
	for _, g := range groups {
		k := kind{g.Parts[0].Action, g.Parts[0].Cause}
		if byKind[k] == nil {
			order = append(order, k)
		}
		byKind[k] = append(byKind[k], g)
	}
	folds = map[*plan.Group]*fold{}
	for _, k := range order {
		all := byKind[k]
		if len(all) > most {
			folds[all[listed-1]] = &fold{shown: listed, more: len(all) - listed}
			all = all[:listed]
		}
		named = append(named, all...)
	}
	return named, folds
}

// group shows a block of several messages.
func (s planPrinter) group(g *plan.Group) {
	title := g.Block
	if title == "" {
		title = "No longer in the manifest"
	}
	s.Println(s.Paint(term.Bold, term.ClipMiddle(title, max(0, s.Width-14))) + s.Paint(term.Dim, " · "+term.Plural(g.Messages(), "message")))
	var rows []planRow
	for _, part := range g.Parts {
		rows = append(rows, partRows(g, part)...)
	}
	s.rows(rows, "  ")
	if drift := g.Drift.String(); drift != "" {
		s.drift(drift, "  ")
	}
	s.Println("")
}

func (s Printer) drift(text, indent string) {
	s.Println(indent + s.Paint(term.Yellow, "audience:") + term.Wrap(" "+text, indent+"    ", max(0, s.Width-len(indent)-9)))
}

// partRows returns the lines of a part: a line for each message while they are few
// and their reasons differ, else one with their number.
func partRows(g *plan.Group, part *plan.Part) []planRow {
	common := true
	for _, line := range part.Examples {
		common = common && line.Reason == part.Examples[0].Reason
	}
	if part.Messages > 1 && part.Messages <= listed && len(part.Examples) == part.Messages && !common || part.Messages == 1 && len(part.Examples) == 1 {
		rows := make([]planRow, 0, len(part.Examples))
		for _, line := range part.Examples {
			rows = append(rows, planRow{action: line.Action, subject: strings.TrimPrefix(line.Name(), g.Block), verb: verb(line.Action), reason: line.Reason})
		}
		return rows
	}
	row := planRow{action: part.Action, subject: term.Count(part.Messages), verb: verb(part.Action), reason: causeWords(part.Cause), counted: true}
	switch {
	case len(part.Examples) == 0:
	case part.Action == plan.ActionDropped:
		row.example = "such as " + part.Examples[0].Name()
	case common:
		row.reason = part.Examples[0].Reason
	default:
		row.example = "such as " + strings.TrimPrefix(part.Examples[0].Name(), g.Block) + ": " + part.Examples[0].Reason
	}
	return []planRow{row}
}

// A planRow is one line of a plan.
type planRow struct {
	action plan.Action
	// subject is an address, or a number if counted.
	subject string
	counted bool
	verb    string
	reason  string
	// example names one of the counted messages, and drift tells how the audience has
	// changed; each is on a line of its own, "" for none.
	example, drift string
}

// rows shows lines with aligned columns. Reasons that don't fit beside them go to the
// next line.
func (s planPrinter) rows(rows []planRow, indent string) {
	subject, verbs, numbers := 0, 0, 0
	for _, r := range rows {
		verbs = max(verbs, term.Columns(r.verb))
		if r.counted {
			numbers = max(numbers, term.Columns(r.subject))
		} else {
			subject = max(subject, term.Columns(r.subject))
		}
	}
	room := s.Room() - len(indent) - 2
	subject = min(max(subject, numbers), max(12, room-verbs-2))
	beside := room - subject - verbs - 4
	for _, r := range rows {
		r.reason = strings.TrimPrefix(r.reason, r.verb+" ")
		cell := term.Pad(term.ClipMiddle(r.subject, subject), subject)
		if r.counted {
			cell = term.PadLeft(r.subject, numbers)
			if subject > numbers {
				cell = term.Pad(cell, subject)
			}
		}
		head := indent + s.Paint(markColor(r.action), r.action.Mark()) + " " + cell + "  " + term.Pad(r.verb, verbs)
		below := indent + "    "
		switch {
		case term.Columns(r.reason) <= beside || beside >= 2*longReason:
			gap := strings.Repeat(" ", len(indent)+2+subject+2+verbs+2)
			s.Println(head + "  " + s.Paint(term.Dim, strings.TrimLeft(term.Wrap(gap+r.reason, gap, s.Room()), " ")))
		default:
			s.Println(strings.TrimRight(head, " "))
			s.Println(s.Paint(term.Dim, term.Wrap(below+r.reason, below, s.Room())))
		}
		if r.example != "" {
			s.Println(s.Paint(term.Dim, term.Wrap(below+r.example, below, s.Room())))
		}
		if r.drift != "" {
			s.drift(r.drift, below)
		}
	}
}

func verb(a plan.Action) string {
	if a.Asks() {
		return "to " + string(a)
	}
	return string(a)
}

// causeWords describes a cause that several messages have in common.
func causeWords(c plan.Cause) string {
	switch c {
	case plan.CauseNever:
		return "never read"
	case plan.CauseInterrupted:
		return "interrupted, go on where they stopped"
	case plan.CausePending:
		return "no data when they were asked"
	case plan.CauseIncomplete:
		return "pages not believed"
	case plan.CauseFailed:
		return "failed when they were asked"
	case plan.CauseChanged:
		return "refused before, changed since"
	case plan.CauseReplaced:
		return "-replace"
	case plan.CauseDue:
		return "due again"
	case plan.CauseClock:
		return "read in the future: a clock was ahead"
	case plan.CauseEverybody:
		return "everybody has read them"
	case plan.CauseRecalled:
		return "recalled by the sender"
	default:
		return standingWords(c)
	}
}

// standingWords is causeWords for messages that are not asked.
func standingWords(c plan.Cause) string {
	switch c {
	case plan.CauseNotDue:
		return "not due yet"
	case plan.CauseOld:
		return "too old to be refreshed"
	case plan.CauseThisRun:
		return "answered earlier in this run"
	case plan.CauseConfirming:
		return "gone or not generated yet, too early to tell"
	case plan.CauseNoRefresh:
		return "read before, -refresh=false"
	case plan.CauseFinal:
		return "their last answer was final"
	case plan.CauseRobot:
		return "their robot was rejected"
	case plan.CauseWindow:
		return "their window has closed"
	case plan.CauseGone:
		return "gone, says the API"
	case plan.CausePurged:
		return "their people were purged"
	case plan.CauseMonth:
		return "more than the month pays for"
	case plan.CauseRun:
		return "more than requests_per_run pays for"
	case plan.CauseMax:
		return "more than -max-requests pays for"
	case plan.CauseDropped:
		return "kept in the state, out of the reports"
	default:
		return string(c)
	}
}

func markColor(a plan.Action) string {
	switch a {
	case plan.ActionRead:
		return term.Green
	case plan.ActionRefresh, plan.ActionDeferred:
		return term.Yellow
	case plan.ActionRejected:
		return term.Red
	default:
		return term.Dim
	}
}

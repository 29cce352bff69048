package cli

import (
	"notifyaudit/job/plan"
)

// listed is how many messages of a part are named before the rest is only
// counted.
const listed = 5

// plan shows a plan: its blocks, what is done in each and why, and the sum.
func (s *screen) plan(p *plan.Plan) {
	for _, g := range p.Groups {
		if g.Counts.Asked() == 0 && g.Counts.Sum() == g.Counts[plan.ActionSettled]+g.Counts[plan.ActionFresh] && len(p.Groups) > listed {
			continue // nothing to do and nothing to know
		}
		s.group(g)
	}
	s.println(s.paint(bold, wrap(p.Summary(), "  ", s.width)))
}

func (s *screen) group(g *plan.Group) {
	if g.Block == "" {
		s.println(s.paint(bold, "No longer in the manifest"))
	} else {
		s.println(s.paint(bold, g.Block))
	}
	for _, part := range g.Parts {
		s.part(g, part)
	}
	if drift := g.Drift.String(); drift != "" {
		s.printf("    %s %s\n", s.paint(yellow, "audience:"), drift)
	}
	s.println("")
}

// part shows the messages of a group with one action and one cause: by name
// while they are few.
func (s *screen) part(g *plan.Group, part *plan.Part) {
	mark := s.paint(markColor(part.Action), part.Action.Mark())
	if part.Messages > listed || len(part.Examples) < part.Messages {
		reason := ""
		if len(part.Examples) > 0 {
			reason = ", such as " + part.Examples[0].Address + ": " + part.Examples[0].Reason
		}
		s.printf("  %s %s\n", mark, clip(plural(part.Messages, "message")+" "+verb(part.Action)+reason, max(0, s.width-4)))
		return
	}
	for _, line := range part.Examples {
		label := line.Address + " "
		if line.Address == g.Block {
			label = ""
		}
		s.printf("  %s %s\n", mark, clip(label+verb(line.Action)+": "+line.Reason, max(0, s.width-4)))
	}
}

func verb(a plan.Action) string {
	switch a {
	case plan.ActionRead:
		return "to read"
	case plan.ActionRefresh:
		return "to refresh"
	default:
		return string(a)
	}
}

func markColor(a plan.Action) string {
	switch a {
	case plan.ActionRead:
		return green
	case plan.ActionRefresh, plan.ActionDeferred:
		return yellow
	case plan.ActionRejected:
		return red
	default:
		return dim
	}
}

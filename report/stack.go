package report

import (
	"strings"
)

// A Stack is everybody the messages were sent to, in three parts.
type Stack struct {
	Label string
	// Alt is the text for those who can't see it.
	Alt   string
	Parts []Part
	// Target is where the target is, as a share of everybody: the wanted share of those
	// whose state is known. 0 without one.
	Target      float64
	TargetLabel string
}

// A Part is the people of one state.
type Part struct {
	// Key is "read", "unread" or "unknown".
	Key, Label, Note string
	Count            int
	// Share is of everybody.
	Share float64
}

// Stack returns everybody that the summary counts; nil when nobody is.
func (wb *Workbook) Stack() *Stack {
	figures := make(map[string]*Figure)
	for i := range wb.Summary.Figures {
		figures[wb.Summary.Figures[i].Key] = &wb.Summary.Figures[i]
	}
	s := &Stack{}
	all, known := 0, 0
	for _, key := range []string{"read", "unread", "unknown"} {
		f := figures[key]
		if f == nil {
			return nil
		}
		n, _ := f.Value.Number()
		count := max(int(n), 0)
		s.Parts = append(s.Parts, Part{Key: key, Label: f.Label, Note: f.Note, Count: count})
		all += count
		if key != "unknown" {
			known += count
		}
	}
	if all == 0 {
		return nil
	}
	if f := figures["deliveries"]; f != nil {
		s.Label = f.Label
	}
	said := make([]string, 0, len(s.Parts))
	for i := range s.Parts {
		p := &s.Parts[i]
		p.Share = float64(p.Count) / float64(all)
		said = append(said, p.Label+" "+Grouped(p.Count)+" ("+wb.Display(Number(p.Share, true), TypeRate)+")")
	}
	s.Alt = s.Label + ": " + strings.Join(said, "; ")
	if f := figures["target"]; f != nil {
		if target, has := f.Value.Number(); has {
			s.Target = target * float64(known) / float64(all)
			s.TargetLabel = f.Label + " " + wb.Display(f.Value, f.Type)
		}
	}
	return s
}

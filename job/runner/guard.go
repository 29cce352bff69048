package runner

import (
	"errors"
	"fmt"
	"slices"

	"notifyaudit/job"
)

// Bounds on the pages of one message. Each is far beyond what an honest answer
// needs; all of them together end an endless one.
const (
	// barrenPages in a row without a new id end the message.
	barrenPages = 3
	// pageSize is the most ids a page has.
	pageSize = 200
	// sparePages and pageFactor bound a message with a known audience: as if
	// every page were filled to a tenth only, and some more.
	sparePages, pageFactor = 100, 10
	// mostPages bounds a message whose audience nobody knows: a million readers.
	mostPages = 5000
)

// A guard believes the pages of one reading, or finds out that they can't be
// true.
type guard struct {
	seen   map[string]struct{}
	tokens []string
	pages  int
	limit  int
	barren int
}

func newGuard(m *job.Message) guard {
	limit := mostPages
	if m.Audience.Form != job.AudienceUnknown {
		limit = min(mostPages, sparePages+pageFactor*(m.Audience.Size/pageSize+1))
	}
	return guard{seen: map[string]struct{}{}, limit: limit}
}

// resumeGuard goes on behind a cursor.
func resumeGuard(m *job.Message, c job.Cursor, seen []string) guard {
	g := newGuard(m)
	for _, id := range seen {
		g.seen[id] = struct{}{}
	}
	g.tokens = slices.Clone(c.Tokens)
	g.pages, g.barren = c.Pages, c.Barren
	return g
}

// errBarren and its like are why a message's pages aren't believed.
var errBarren = errors.New("three pages in a row brought no new reader")

// admit takes one more page and returns the ids that no page before it had.
func (g *guard) admit(p job.Page) ([]string, error) {
	var fresh []string
	for _, id := range p.ReadUserIDs {
		if _, known := g.seen[id]; !known {
			g.seen[id] = struct{}{}
			fresh = append(fresh, id)
		}
	}
	g.pages++
	if !p.HasMore {
		return fresh, nil
	}
	if g.barren++; len(fresh) > 0 {
		g.barren = 0
	}
	switch {
	case g.barren >= barrenPages:
		return nil, errBarren
	case g.pages >= g.limit:
		return nil, fmt.Errorf("after %d pages with %d readers there are still more, far beyond the audience", g.pages, len(g.seen))
	case slices.Contains(g.tokens, p.NextToken):
		return nil, fmt.Errorf("the nextToken of page %d was given before: the pages go round in a circle", g.pages)
	}
	g.tokens = append(g.tokens, p.NextToken)
	return fresh, nil
}

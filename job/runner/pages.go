package runner

import (
	"errors"
	"fmt"
	"slices"

	"notifyaudit/job"
)

// Bounds on the pages of one message. Each is far beyond what a true answer needs;
// all of them together end an endless one.
const (
	// maxEmptyPages in a row without a new id end the message.
	maxEmptyPages = 3
	// pageSize is the most ids a page has.
	pageSize = 200
	// sparePages and pageFactor bound a message with a known audience: as if
	// every page were filled to a tenth only, and some more.
	sparePages, pageFactor = 100, 10
	// maxPages bounds a message whose audience isn't known: a million readers.
	maxPages = 5000
)

// A pageCheck believes the pages of one reading, or finds out that they can't be
// true.
type pageCheck struct {
	// audience is the message's, and met are those of it who were on a page: a bit each,
	// since of a message to everybody there may be a hundred thousand. next is behind the
	// one who was on a page last. others are the readers who are not in it.
	audience   []string
	met        []uint64
	next       int
	others     map[string]struct{}
	readers    int
	tokens     []string
	pages      int
	limit      int
	emptyPages int
}

func newPageCheck(m *job.Message) pageCheck {
	limit := maxPages
	if m.Audience.Form != job.AudienceUnknown {
		limit = min(maxPages, sparePages+pageFactor*(m.Audience.Size/pageSize+1))
	}
	return pageCheck{audience: m.Audience.UserIDs, limit: limit}
}

// resumePageCheck goes on behind a cursor.
func resumePageCheck(m *job.Message, c job.Cursor, seen []string) pageCheck {
	check := newPageCheck(m)
	for _, id := range seen {
		check.add(id)
	}
	check.tokens = slices.Clone(c.Tokens)
	check.pages, check.emptyPages = c.Pages, c.EmptyPages
	return check
}

var errEmptyPages = errors.New("three pages in a row brought no new reader")

// admit takes one more page and returns the ids that no page before it had. The
// error says why the pages aren't believed.
func (c *pageCheck) admit(p job.Page) ([]string, error) {
	var fresh []string
	for _, id := range p.ReadUserIDs {
		if c.add(id) {
			fresh = append(fresh, id)
		}
	}
	c.pages++
	if !p.HasMore {
		return fresh, nil
	}
	if c.emptyPages++; len(fresh) > 0 {
		c.emptyPages = 0
	}
	switch {
	case c.emptyPages >= maxEmptyPages:
		return nil, errEmptyPages
	case c.pages >= c.limit:
		return nil, fmt.Errorf("after %d pages with %d readers there are still more, far beyond the audience", c.pages, c.readers)
	case slices.Contains(c.tokens, p.NextToken):
		return nil, fmt.Errorf("the nextToken of page %d was given before: the pages go round in a circle", c.pages)
	}
	c.tokens = append(c.tokens, p.NextToken)
	return fresh, nil
}

// add takes in somebody on a page, and reports whether no page before had them.
func (c *pageCheck) add(id string) (fresh bool) {
	if at, in := c.find(id); in {
		if c.met == nil {
			c.met = make([]uint64, (len(c.audience)+63)/64)
		}
		word, bit := &c.met[at/64], uint64(1)<<(at%64)
		fresh = *word&bit == 0
		*word |= bit
		c.next = at + 1
	} else if _, known := c.others[id]; !known {
		if c.others == nil {
			c.others = make(map[string]struct{})
		}
		c.others[id] = struct{}{}
		fresh = true
	}
	if fresh {
		c.readers++
	}
	return fresh
}

// find finds somebody in the audience. It is fastest for the one behind the last one found.
func (c *pageCheck) find(id string) (at int, found bool) {
	if c.next < len(c.audience) && c.audience[c.next] == id {
		return c.next, true
	}
	return slices.BinarySearch(c.audience, id)
}

package report

import (
	"time"

	"notifyaudit/job"
)

// A groupCell is deliveries whose figures a report that names nobody shows as
// one.
type groupCell struct {
	// Pooled says that it is of several messages, each to too few people to be
	// shown apart; otherwise it is a part of one message.
	Pooled bool
	// Segment is the column of the roster that people were divided by, Group the
	// value that all people of the cell have in it; "" is "Other".
	Segment, Group string
	// People counts the different people, or the least that they can be.
	People int
	// Read and Unread are the figures of the instant AsOf: the start of the reading
	// behind them; of a pooled cell the end of the run.
	Read, Unread int
	AsOf         time.Time
	// Since is the start of the first reading of a message that reports show of a
	// part of it.
	Since time.Time
	// Parts are the deliveries, message by message.
	Parts []cellPart
}

// A cellPart is the deliveries of one message in a cell.
type cellPart struct {
	Message job.MessageID
	// Size counts the deliveries. UserIDs are whom they went to, sorted and shared:
	// never write to them. Nil: only the size was ever known, or their people were
	// purged; of a list that isn't known any more Listed still says so.
	Size    int
	UserIDs []string
	Listed  bool
}

// Counts are the figures of the cell.
func (c *groupCell) Counts() job.Counts { return job.Counts{Read: c.Read, Unread: c.Unread} }

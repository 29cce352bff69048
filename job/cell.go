package job

import "time"

// A Cell is deliveries whose figures reports that name nobody show as one, for
// ever: it never takes in another delivery and never loses one, so that whatever
// is computed from such reports, one after the other, is of whole cells.
type Cell struct {
	// ID is the state's; 0 for a cell that isn't recorded yet.
	ID int64
	// Pooled says that it is of several messages, each to too few people to be
	// shown apart; otherwise it is a part of one message.
	Pooled bool
	// Segment is the column of the roster that people were divided by, Group the
	// value that all people of the cell had in it when it was made; "" is "Other".
	Segment, Group string
	// People counts the different people, or the least that they can be.
	People int
	// Read and Unread are the figures as they were last published, of the instant
	// AsOf: the start of the reading behind them. A pooled cell has the end of the
	// run after which it was last brought up to date: which of its messages were
	// asked in that run, and when, tells who has read them.
	Read, Unread int
	AsOf         time.Time
	// Since is the start of the first reading of a message that reports show of a
	// part of it: all since then were published, and those before may have been for
	// other people. Zero, as in a pooled cell: the message was once to people beside
	// its own cells too, too few to be shown. Whether and when it was asked tells of
	// them, so AsOf is then what it is in a pooled cell, and reports show no reading.
	Since time.Time
	// Parts are the deliveries, message by message.
	Parts []CellPart
}

// A CellPart is the deliveries of one message in a cell.
type CellPart struct {
	Message MessageID
	// Size counts the deliveries. UserIDs are whom they went to, sorted and shared:
	// never write to them. Nil: only the size was ever known, or their people were
	// purged; of a list that isn't known any more Listed still says so.
	Size    int
	UserIDs []string
	Listed  bool
}

// Counts are the figures of the cell.
func (c *Cell) Counts() Counts { return Counts{Read: c.Read, Unread: c.Unread} }

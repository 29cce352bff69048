package job

import "time"

// A Spend is metered calls on a quota group's account, at the time they were
// made.
type Spend struct {
	QuotaGroup string
	Calls      int
	At         time.Time
}

// A PageCommit is one page of a message with more to come, to be recorded as one
// transaction.
type PageCommit struct {
	Message *Message
	RunID   string
	// UserIDs are the ids on the page that no earlier page of this reading had.
	UserIDs []string
	// Cursor is where the reading goes on. At Pages 1 whatever an earlier cursor
	// of the message left behind is forgotten.
	Cursor Cursor
	Spend  Spend
}

// A ReadingCommit is the last page of a reading, to be recorded as one
// transaction: the reading, its readers, the audience at the first reading, the
// calls. It clears the message's cursor and failure.
type ReadingCommit struct {
	// Message's Audience is what is recorded: the manifest's, or where that is
	// unknown and the answer names the receivers, theirs.
	Message *Message
	// Reading's Readers and Read are counted by the state.
	Reading Reading
	// UserIDs are the ids on the last page that no earlier page had; the earlier
	// pages' are with the cursor, which this reading goes on from only when
	// Pages, the number of pages of this reading, is above 1.
	UserIDs []string
	Pages   int
	// New says that the state has nothing of the message, so that it need not look. The
	// commit fails where that is wrong.
	New bool
	// ReplaceAudience records the manifest's audience anew even though one is
	// recorded.
	ReplaceAudience bool
	Spend           Spend
}

// A FailureCommit is an answer that was no reading, to be recorded as one
// transaction.
type FailureCommit struct {
	Message *Message
	Failure Failure
	// KeepCursor leaves the pages read so far for the next run to go on from.
	KeepCursor bool
	Spend      Spend
}

package report

import (
	"iter"
	"strings"

	"notifyaudit/job"
)

// maxReminders is how many people a sending tool takes at a time.
const maxReminders = 500

func (b *book) reminderSheet() *Sheet {
	w := b.words
	return &Sheet{
		Columns: []Column{
			w.column("campaign", TypeText, widthName), w.column("title", TypeText, widthTitle),
			w.integer("batch"), w.integer("count"), w.integer("without_email"),
			w.column("emails", TypeText, widthText), w.column("user_ids", TypeID, widthText),
		},
		Count: b.reminders,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.reminderRows(yield) }
		},
	}
}

func (b *book) reminderRows(yield func([]Cell, error) bool) {
	row := make([]Cell, 7)
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		n := 0
		for batch := range b.reminderBatches(r) {
			n++
			row[0], row[1], row[2] = text(r.Message.Campaign), text(r.Message.Title), Integer(n)
			row[3], row[4] = Integer(batch.people), Integer(batch.people-batch.addressed)
			row[5], row[6] = Text(batch.emails.String()), Text(batch.userIDs.String())
			if !yield(row, nil) {
				return
			}
		}
	}
}

// A reminderBatch is people to be reminded at one go.
type reminderBatch struct {
	people, addressed int
	emails, userIDs   strings.Builder
}

// takes reports whether somebody still fits: into the number, and into the cells
// as counted in bytes, which are never fewer than the characters.
func (b *reminderBatch) takes(userID, email string) bool {
	return b.people == 0 || b.people < maxReminders &&
		b.userIDs.Len()+1+len(userID) <= maxCellText && b.emails.Len()+1+len(email) <= maxCellText
}

func (b *reminderBatch) add(userID, email string) {
	if b.people > 0 {
		b.userIDs.WriteByte(',')
	}
	b.userIDs.WriteString(userID)
	b.people++
	if email == "" {
		return
	}
	if b.addressed > 0 {
		b.emails.WriteByte(';')
	}
	b.emails.WriteString(email)
	b.addressed++
}

// reminderBatches are whom to remind of a message, in the order of the list of
// the unread. A batch is good until the next one.
func (b *book) reminderBatches(r *job.Result) iter.Seq[*reminderBatch] {
	return func(yield func(*reminderBatch) bool) {
		batch := &reminderBatch{}
		for _, c := range b.chasedPeople(nil, r) {
			userID, email := CleanText(c.userID), CleanText(c.person.Email)
			if !batch.takes(userID, email) {
				if !yield(batch) {
					return
				}
				batch = &reminderBatch{}
			}
			batch.add(userID, email)
		}
		if batch.people > 0 {
			yield(batch)
		}
	}
}

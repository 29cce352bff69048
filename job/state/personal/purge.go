package personal

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// PurgeOptions say what a purge takes.
type PurgeOptions struct {
	// Before bounds the messages: those whose latest reading ended before it, and
	// without a reading those whose cursor moved last before it.
	Before time.Time
	// NotDelivered are the manifest's, sorted and unique, of the messages that
	// have any: they are taken out of the sizes that stay.
	NotDelivered map[job.MessageID][]string
	// Audiences are the manifest's, of messages that have none recorded: they were
	// in force, and are recorded before only their sizes stay.
	Audiences map[job.MessageID]job.Audience
}

// Purged is what a purge took, or would take.
type Purged struct {
	Messages int
	// People counts the user ids that are nowhere in the state any more.
	People int
}

// Purgeable looks at what [Purge] would take. It needs no lock.
func Purgeable(ctx context.Context, v *state.View, before time.Time) (p Purged, err error) {
	err = v.Look(ctx, "look at what a purge would take", func(t *rows.Tx) error {
		took, err := (&purge{t}).old(ctx, before)
		if err != nil {
			return err
		}
		p.Messages = took.count()
		p.People, err = unnamedWithout(ctx, t, slices.Concat(took.read, took.rest))
		return err
	})
	return p, err
}

// Purge removes the people of old messages from the state: readers, cursors, the lists of
// audiences, and people that no other message has. It keeps the block of an address, since
// the rest can name a person, and a failure without its text. Readings keep their counts,
// adjusted to the audience in force: the recorded one less the people not delivered to.
// A message that was read is marked as purged; its next reading records people and
// audience anew.
//
// It is one transaction, scrubbed at the end; see [state.DB.Scrub]. An error with
// Messages above 0 means that only the scrub failed. The caller has to hold the lock.
func Purge(ctx context.Context, db *state.DB, p PurgeOptions, now time.Time) (took Purged, err error) {
	const doing = "purge the people of old messages"
	changed := false
	err = db.Change(ctx, doing, func(t *rows.Tx) error {
		took, changed, err = (&purge{t}).all(ctx, p, now)
		return err
	})
	if err != nil {
		return Purged{}, err
	}
	if !changed {
		return took, nil
	}
	return took, db.ScrubAfter(ctx, doing)
}

// A purge is the change that purges.
type purge struct{ *rows.Tx }

func (t *purge) all(ctx context.Context, p PurgeOptions, now time.Time) (took Purged, changed bool, err error) {
	found, err := t.old(ctx, p.Before)
	if err != nil {
		return took, false, err
	}
	if err := t.adopt(ctx, &found, p.Audiences); err != nil {
		return took, false, err
	}
	apart, err := t.split(ctx, &found, p.NotDelivered)
	if err != nil {
		return took, false, err
	}
	took.Messages = found.count() + len(apart)
	for _, one := range apart {
		if err := t.settle(ctx, []int64{one.row}, one.notDelivered, now); err != nil {
			return took, false, err
		}
		found.rest = append(found.rest, one.row)
	}
	for rows := range slices.Chunk(found.read, purgedAtOnce) {
		if err := t.settle(ctx, rows, nil, now); err != nil {
			return took, false, err
		}
	}
	for rows := range slices.Chunk(append(found.read, found.rest...), purgedAtOnce) {
		if err := t.forgetPeople(ctx, rows); err != nil {
			return took, false, err
		}
	}
	words, err := t.forgetWords(ctx, p.Before)
	if err != nil {
		return took, false, err
	}
	lists, err := t.forgetLists(ctx)
	if err != nil {
		return took, false, err
	}
	took.People, err = forgetUnnamed(ctx, t.Tx)
	changed = took != Purged{} || words+lists > 0
	if err != nil || !changed {
		return took, false, err
	}
	return took, true, state.AskScrub(ctx, t.Tx)
}

// purgedAtOnce is how many messages a statement of a purge takes.
const purgedAtOnce = 5000

// Old messages are rows of message: those with readings that are not purged yet,
// and the rest, of which only a cursor, an address or a failure's words can name
// anybody.
type oldMessages struct{ read, rest []int64 }

func (o *oldMessages) count() int { return len(o.read) + len(o.rest) }

func (t *purge) old(ctx context.Context, before time.Time) (o oldMessages, err error) {
	o.read, err = sqldb.Column[int64](ctx, &t.Tx.Tx, `SELECT m.id FROM message m
		JOIN reading r ON r.message = m.id AND r.number = m.last_reading
		WHERE m.purged_at IS NULL AND r.finished_at < ? ORDER BY m.id`, before)
	if err != nil {
		return o, err
	}
	o.rest, err = sqldb.Column[int64](ctx, &t.Tx.Tx, `SELECT m.id FROM message m
		LEFT JOIN cursor c ON c.message = m.id
		LEFT JOIN failure f ON f.message = m.id
		WHERE (m.purged_at IS NOT NULL OR m.last_reading = 0)
			AND (c.updated_at < ? OR c.message IS NULL AND f.failed_at < ?
				AND (f.answer <> '' OR instr(m.address, '[') > 0))
		ORDER BY m.id`, before, before)
	return o, err
}

// adopt records the audiences of messages that were read and have none.
func (t *purge) adopt(ctx context.Context, o *oldMessages, audiences map[job.MessageID]job.Audience) error {
	for id, a := range audiences {
		m, err := t.Find(ctx, id)
		if errors.Is(err, sqldb.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		if _, old := slices.BinarySearch(o.read, m.ID); !old || m.Audience.Known() {
			continue
		}
		if m.Audience, err = t.Record(ctx, a); err != nil {
			return err
		}
		if err := t.Save(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// An undelivered message is settled by itself.
type undelivered struct {
	row          int64
	notDelivered []string
}

// split takes the messages with people not delivered to out of those that were
// read, by their rows.
func (t *purge) split(ctx context.Context, o *oldMessages, notDelivered map[job.MessageID][]string) (apart []undelivered, err error) {
	for id, ids := range notDelivered {
		if len(ids) == 0 {
			continue
		}
		m, err := t.Find(ctx, id)
		if errors.Is(err, sqldb.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if _, old := slices.BinarySearch(o.read, m.ID); old {
			apart = append(apart, undelivered{m.ID, t.Erasure.IDs(ids)})
		}
	}
	slices.SortFunc(apart, func(a, b undelivered) int { return cmp.Compare(a.row, b.row) })
	o.read = slices.DeleteFunc(o.read, func(row int64) bool {
		_, found := slices.BinarySearchFunc(apart, row, func(a undelivered, row int64) int { return cmp.Compare(a.row, row) })
		return found
	})
	return apart, nil
}

// settle makes the counts of messages final: each reading counts those of its
// readers who are in the audience in force, and of the audience the size stays.
func (t *purge) settle(ctx context.Context, messages []int64, notDelivered []string, now time.Time) error {
	if err := rows.CheckIDs(notDelivered...); err != nil {
		return err
	}
	// Readings whose readers an earlier purge took keep their counts.
	_, err := t.Exec(ctx, `UPDATE reading SET read = n.readers FROM (
			SELECT r.message, r.number, sum(COALESCE(s.readers, 0)) OVER (PARTITION BY r.message ORDER BY r.number) AS readers
			FROM message m
			JOIN reading r ON r.message = m.id AND r.number > m.forgotten
			LEFT JOIN (
				SELECT d.message, d.reading, count(*) AS readers
				FROM message m
				JOIN reader d ON d.message = m.id
				JOIN audience_member a ON a.audience = m.audience AND a.person = d.person
				WHERE m.id IN (SELECT value FROM numbers(?))
					AND d.person NOT IN (SELECT id FROM person WHERE user_id IN (SELECT value FROM texts(?)))
				GROUP BY d.message, d.reading
			) s ON s.message = r.message AND s.reading = r.number
			WHERE m.id IN (SELECT value FROM numbers(?)) AND m.audience IS NOT NULL
		) n
		WHERE reading.message = n.message AND reading.number = n.number`, messages, notDelivered, messages)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE reading SET read = reading.readers FROM message m
		WHERE m.id = reading.message AND reading.number > m.forgotten
			AND m.audience IS NULL AND m.audience_size IS NOT NULL
			AND reading.message IN (SELECT value FROM numbers(?))`, messages)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE message SET purged_at = ?, forgotten = last_reading, audience = NULL,
			audience_size = CASE
				WHEN audience IS NOT NULL THEN
					(SELECT size FROM audience WHERE id = message.audience)
					- (SELECT count(*) FROM person p
						JOIN audience_member a ON a.audience = message.audience AND a.person = p.id
						WHERE p.user_id IN (SELECT value FROM texts(?)))
				WHEN audience_size < ? THEN 0
				ELSE audience_size - ? END
		WHERE id IN (SELECT value FROM numbers(?))`,
		now, notDelivered, len(notDelivered), len(notDelivered), messages)
	return err
}

// forgetPeople deletes the readers of messages, and what may name them.
func (t *purge) forgetPeople(ctx context.Context, messages []int64) error {
	for _, statement := range []string{
		`DELETE FROM reader WHERE message IN (SELECT value FROM numbers(?))`,
		`DELETE FROM cursor WHERE message IN (SELECT value FROM numbers(?))`, // its tokens and readers go with it
		`UPDATE failure SET answer = '' WHERE message IN (SELECT value FROM numbers(?))`,
		`UPDATE message SET address = substr(address, 1, instr(address, '[') - 1)
			WHERE id IN (SELECT value FROM numbers(?)) AND instr(address, '[') > 0`,
	} {
		if _, err := t.Exec(ctx, statement, messages); err != nil {
			return err
		}
	}
	return nil
}

// forgetWords empties what the API said before an instant: nobody needs it any
// more, and it may name somebody.
func (t *purge) forgetWords(ctx context.Context, before time.Time) (forgotten int, err error) {
	for _, statement := range []string{
		`UPDATE failure SET answer = '' WHERE answer <> '' AND failed_at < ?`,
		`UPDATE robot_stop SET answer = '' WHERE answer <> '' AND stopped_at < ?`,
		`UPDATE quota_refusal SET answer = '' WHERE answer <> '' AND refused_at < ?`,
	} {
		changed, err := t.Exec(ctx, statement, before)
		if err != nil {
			return 0, err
		}
		forgotten += changed
	}
	runs, err := blankStops(ctx, t.Tx, func(run *job.Run, _ *job.Stop) bool { return run.UpdatedAt.Before(before) })
	return forgotten + runs, err
}

// forgetLists deletes the lists of people that no message has any more.
func (t *purge) forgetLists(ctx context.Context) (int, error) {
	return t.Exec(ctx, `DELETE FROM audience
		WHERE id NOT IN (SELECT audience FROM message WHERE audience IS NOT NULL)`)
}

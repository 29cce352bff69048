// Package personal removes people from a state: the purge of old readings, the
// erasure of one person, and the answer to what is kept of them.
package personal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/internal/tombstone"
)

// ErrUnknownPerson says that nothing in the state names a person with that user
// id; an erased one is unknown too.
var ErrUnknownPerson = errors.New("the state has nobody with that user id")

// Erase puts a tombstone in the place of a person's user id: see [job.Erased].
// Every count stays as it is, and stays right: should the API or a manifest name
// the person again, they are known by the tombstone and masked. Addresses and
// words of the API that name the person are cut. It returns how many messages
// were about the person, or ErrUnknownPerson.
//
// What is left is a digest with a key that the state keeps: who has the state and
// guesses the user id can find it confirmed. It is one transaction, scrubbed at
// the end; see [state.DB.Scrub]. An error with messages above 0 means that all but that
// was done. Only the holder of the lock erases.
func Erase(ctx context.Context, db *state.DB, userID string) (messages int, err error) {
	const doing = "erase a person"
	if job.Erased(userID) {
		return 0, fmt.Errorf("%s: %w", doing, ErrUnknownPerson)
	}
	err = db.Change(ctx, doing, func(t *rows.Tx) error {
		messages, err = (&erasure{t}).person(ctx, userID)
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := db.Reload(ctx); err != nil {
		return messages, err
	}
	return messages, db.ScrubAfter(ctx, doing)
}

// An erasure is the change that erases.
type erasure struct{ *rows.Tx }

func (t *erasure) person(ctx context.Context, userID string) (messages int, err error) {
	if err := rows.CheckIDs(userID); err != nil {
		return 0, err
	}
	about := make(map[int64]bool)
	found, err := t.mentionsOf(ctx, userID, about)
	if err != nil {
		return 0, err
	}
	var person int64
	err = t.Row(ctx, `SELECT id FROM person WHERE user_id = ?`, userID).Scan(&person)
	switch {
	case errors.Is(err, sqldb.ErrNoRows) && !found:
		return 0, ErrUnknownPerson
	case err != nil && !errors.Is(err, sqldb.ErrNoRows):
		return 0, err
	}
	e, err := t.keyed(ctx)
	if err != nil {
		return 0, err
	}
	stone := e.Of(userID)
	if person != 0 {
		if err := t.bury(ctx, person, stone, about); err != nil {
			return 0, err
		}
	} else if _, err := t.Exec(ctx, `INSERT INTO person (id, user_id, erased)
		SELECT COALESCE(max(id), 0) + 1, ?, ? FROM person`, stone, true); err != nil {
		return 0, err
	}
	if _, err := t.Exec(ctx, `UPDATE meta SET erased = erased + 1 WHERE id = 1`); err != nil {
		return 0, err
	}
	return len(about), state.AskScrub(ctx, t.Tx)
}

// keyed is the erasure to come, with its key, which is made for the first.
func (t *erasure) keyed(ctx context.Context) (*tombstone.Erasure, error) {
	if t.Erasure != nil {
		return t.Erasure, nil
	}
	key := tombstone.NewKey()
	_, err := t.Exec(ctx, `UPDATE meta SET erasure_key = ? WHERE id = 1`, hex.EncodeToString(key))
	return tombstone.New(key, 0, nil), err
}

// bury renames the person and what follows from the name, and adds the messages
// that they are in to about.
func (t *erasure) bury(ctx context.Context, person int64, stone string, about map[int64]bool) error {
	messages, err := sqldb.Column[int64](ctx, &t.Tx.Tx, `SELECT message FROM reader WHERE person = ?
		UNION SELECT message FROM cursor_reader WHERE person = ?
		UNION SELECT id FROM message WHERE audience IN (SELECT audience FROM audience_member WHERE person = ?)`,
		person, person, person)
	if err != nil {
		return err
	}
	for _, id := range messages {
		about[id] = true
	}
	if err := t.cutLoneAddresses(ctx, person); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE person SET user_id = ?, erased = ? WHERE id = ?`, stone, true, person); err != nil {
		return err
	}
	lists, err := sqldb.Column[int64](ctx, &t.Tx.Tx, `SELECT audience FROM audience_member WHERE person = ?`, person)
	if err != nil {
		return err
	}
	for _, list := range lists {
		if err := t.rehash(ctx, list); err != nil {
			return err
		}
	}
	return nil
}

// cutLoneAddresses cuts the addresses of messages to this person alone: whatever
// the row is called by, it is called by them.
func (t *erasure) cutLoneAddresses(ctx context.Context, person int64) error {
	_, err := t.Exec(ctx, `UPDATE message SET address = substr(address, 1, instr(address, '[') - 1)
		WHERE instr(address, '[') > 0 AND (
			audience IN (SELECT a.id FROM audience_member m JOIN audience a ON a.id = m.audience WHERE m.person = ? AND a.size = 1)
			OR audience IS NULL
				AND (audience_size = 1 OR audience_size IS NULL AND source NOT IN (SELECT id FROM source WHERE kind = ?))
				AND (EXISTS (SELECT 1 FROM reader WHERE message = message.id AND person = ?)
					OR EXISTS (SELECT 1 FROM cursor_reader WHERE message = message.id AND person = ?)))`,
		person, job.Group, person, person)
	return err
}

// rehash makes a list's hash that of its user ids as they are now.
func (t *erasure) rehash(ctx context.Context, list int64) error {
	ids, err := sqldb.Column[string](ctx, &t.Tx.Tx, `SELECT p.user_id FROM audience_member m JOIN person p ON p.id = m.person WHERE m.audience = ?`, list)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE audience SET hash = ? WHERE id = ?`, job.Listed("", ids).Hash(), list)
	return err
}

// mentionsOf cuts the addresses and the words of the API that name the person,
// adds their messages to about, and reports whether there were any.
func (t *erasure) mentionsOf(ctx context.Context, userID string, about map[int64]bool) (found bool, err error) {
	is := func(id string) bool { return id == userID }
	quoted := strconv.Quote(userID)
	addresses, err := t.textsWith(ctx, `SELECT id, address FROM message
		WHERE instr(address, ?) > 0 OR instr(address, ?) > 0`, userID, quoted[1:len(quoted)-1])
	if err != nil {
		return false, err
	}
	for id, address := range addresses {
		if !tombstone.Names(address, is) {
			continue
		}
		about[id] = true
		if _, err := t.Exec(ctx, `UPDATE message SET address = ? WHERE id = ?`, job.Block(address), id); err != nil {
			return false, err
		}
	}
	answers, err := t.textsWith(ctx, `SELECT message, answer FROM failure WHERE instr(answer, ?) > 0`, userID)
	if err != nil {
		return false, err
	}
	for id, answer := range answers {
		if !tombstone.Mentions(answer, is) {
			continue
		}
		about[id] = true
		if _, err := t.Exec(ctx, `UPDATE failure SET answer = '' WHERE message = ?`, id); err != nil {
			return false, err
		}
	}
	refusals, err := t.blankRefusals(ctx, userID, is)
	if err != nil {
		return false, err
	}
	stops, err := blankStops(ctx, t.Tx, func(_ *job.Run, stop *job.Stop) bool { return tombstone.Mentions(stop.Message, is) })
	if err != nil {
		return false, err
	}
	robots, err := t.blankRobots(ctx, userID, is)
	return len(about)+refusals+stops+robots > 0, err
}

func (t *erasure) textsWith(ctx context.Context, statement string, parts ...any) (map[int64]string, error) {
	found := make(map[int64]string)
	err := t.Each(ctx, func(scan sqldb.Scan) error {
		var id int64
		var text string
		err := scan(&id, &text)
		found[id] = text
		return err
	}, statement, parts...)
	return found, err
}

func (t *erasure) blankRobots(ctx context.Context, userID string, is func(string) bool) (blanked int, err error) {
	var stops []job.RobotStop
	err = t.Each(ctx, func(scan sqldb.Scan) error {
		var s job.RobotStop
		err := scan(&s.Provider, &s.RobotCode, &s.Message)
		if tombstone.Mentions(s.Message, is) {
			stops = append(stops, s)
		}
		return err
	}, `SELECT provider, robot_code, answer FROM robot_stop WHERE instr(answer, ?) > 0`, userID)
	for _, s := range stops {
		if err != nil {
			return 0, err
		}
		_, err = t.Exec(ctx, `UPDATE robot_stop SET answer = '' WHERE provider = ? AND robot_code = ?`, s.Provider, s.RobotCode)
	}
	return len(stops), err
}

func (t *erasure) blankRefusals(ctx context.Context, userID string, is func(string) bool) (blanked int, err error) {
	var groups []string
	err = t.Each(ctx, func(scan sqldb.Scan) error {
		var group, answer string
		err := scan(&group, &answer)
		if tombstone.Mentions(answer, is) {
			groups = append(groups, group)
		}
		return err
	}, `SELECT quota_group, answer FROM quota_refusal WHERE instr(answer, ?) > 0`, userID)
	for _, group := range groups {
		if err != nil {
			return 0, err
		}
		_, err = t.Exec(ctx, `UPDATE quota_refusal SET answer = '' WHERE quota_group = ?`, group)
	}
	return len(groups), err
}

package state

import (
	"context"
	"errors"
	"fmt"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// The reasons why a message can't be moved.
var (
	// ErrUnknownMessage: the state has no such message.
	ErrUnknownMessage = errors.New("the message is not in the state")
	// ErrOccupied: the state has another message of that identity.
	ErrOccupied = errors.New("another message is there already")
)

// A Move gives a message of the state another identity, another address, or
// both.
type Move struct {
	From, To job.MessageID
	// Address is the new label.
	Address string
}

// Move makes all moves, in their order, or none. The history of a message goes
// with it. The error wraps [ErrUnknownMessage] or [ErrOccupied]; only the holder
// of the lock moves.
func (db *DB) Move(ctx context.Context, moves []Move) error {
	return db.Change(ctx, "move messages in the state", func(t *rows.Tx) error {
		for _, m := range moves {
			if err := move(ctx, t, m); err != nil {
				return fmt.Errorf("%s: %w", m.From.ProcessQueryKey, err)
			}
		}
		return nil
	})
}

func move(ctx context.Context, t *rows.Tx, m Move) error {
	s, err := t.Find(ctx, m.From)
	if errors.Is(err, sqldb.ErrNoRows) {
		return ErrUnknownMessage
	}
	if err != nil {
		return err
	}
	if m.To != m.From {
		if err := rows.CheckIDs(m.To.ProcessQueryKey); err != nil {
			return err
		}
		switch _, err := t.Find(ctx, m.To); {
		case err == nil:
			return ErrOccupied
		case !errors.Is(err, sqldb.ErrNoRows):
			return err
		}
	}
	source, err := t.Source(ctx, m.To.Provider, m.To.Kind)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE message SET source = ?, key = ?, address = ? WHERE id = ?`,
		source, m.To.ProcessQueryKey, t.Erasure.Address(m.Address), s.ID)
	return err
}

package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"notifyaudit/job"
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
	return db.write(ctx, "move messages in the state", func(t *tx) error {
		for _, m := range moves {
			if err := t.move(ctx, m); err != nil {
				return fmt.Errorf("%s: %w", m.From.ProcessQueryKey, err)
			}
		}
		return nil
	})
}

func (t *tx) move(ctx context.Context, m Move) error {
	s, err := t.find(ctx, m.From)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrUnknownMessage
	}
	if err != nil {
		return err
	}
	if m.To != m.From {
		if _, err := texts([]string{m.To.ProcessQueryKey}); err != nil {
			return err
		}
		switch _, err := t.find(ctx, m.To); {
		case err == nil:
			return ErrOccupied
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
	}
	source, err := t.source(ctx, m.To.Provider, m.To.Kind)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `UPDATE message SET source = ?, key = ?, address = ? WHERE id = ?`,
		source, m.To.ProcessQueryKey, t.erasure.label(m.Address), s.id)
	return err
}

// source finds the row of a provider and kind, which it makes when there is none.
func (t *tx) source(ctx context.Context, provider string, kind job.Kind) (id int64, err error) {
	_, err = t.exec(ctx, `INSERT INTO source (provider, kind) VALUES (?, ?) ON CONFLICT DO NOTHING`, provider, kind)
	if err != nil {
		return 0, err
	}
	err = t.row(ctx, `SELECT id FROM source WHERE provider = ? AND kind = ?`, provider, kind).Scan(&id)
	return id, err
}

package archive

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/state"
)

// A Move gives one message another address or another provider.
type Move struct {
	state.Move
	// Description tells what changes.
	Description string
}

// StateMoves converts moves to those of the state.
func StateMoves(moves []Move) []state.Move {
	all := make([]state.Move, len(moves))
	for i := range moves {
		all[i] = moves[i].Move
	}
	return all
}

// Moves returns the moves from a source, which is an address, a block, an identity or a
// provider, to a destination. There is at least one; else there is an error.
func (a Archive) Moves(ctx context.Context, from, to string) ([]Move, error) {
	whole := isProvider(from)
	if whole && !isProvider(to) {
		return nil, exit.Usagef("%s is a provider, so the destination is one too: dingtalk, or dingtalk.ALIAS", from)
	}
	var names []string
	if !whole {
		names = []string{from}
	}
	found, err := a.Find(ctx, names)
	if err == nil {
		err = found.Missing(names)
	}
	if err != nil {
		return nil, err
	}
	var moves []Move
	for _, entry := range found.Entries {
		if whole && entry.ID.Provider != from {
			continue
		}
		m := move(entry, from, to)
		moves = append(moves, Move{m, moved(entry, m)})
	}
	switch {
	case len(moves) == 0:
		return nil, exit.With(exit.Failure, fmt.Errorf("the state has no message of the provider %s", from))
	case !isProvider(to) && !isAddress(to):
		return nil, exit.Usagef("the destination is an address such as message.benefits, a block such as messages.payslips, or a provider, not %q", to)
	case !isProvider(to) && len(moves) > 1 && from != job.Block(from):
		return nil, exit.Usagef("%s names %d messages: name one by its identity, provider/kind/key, as -json lists them", from, len(moves))
	}
	return moves, nil
}

// moved tells what a move changes.
func moved(entry state.Entry, m state.Move) string {
	if m.To != m.From {
		return entry.Address + ": " + m.From.Provider + " → " + m.To.Provider
	}
	return entry.Address + " → " + m.Address
}

// move returns the move of one message. A message of a block that is renamed keeps its
// key.
func move(entry state.Entry, from, to string) state.Move {
	m := state.Move{From: entry.ID, To: entry.ID, Address: entry.Address}
	switch {
	case isProvider(to):
		m.To.Provider = to
	case entry.Address != from && job.Block(entry.Address) == from:
		m.Address = to + strings.TrimPrefix(entry.Address, from)
	default:
		m.Address = to
	}
	return m
}

func isProvider(name string) bool {
	alias, found := strings.CutPrefix(name, "dingtalk.")
	return name == "dingtalk" || found && !strings.ContainsAny(alias, `/."[`)
}

func isAddress(name string) bool {
	return regexp.MustCompile(`^messages?\.[A-Za-z_][\w-]*(\[".+"\])?$`).MatchString(name)
}

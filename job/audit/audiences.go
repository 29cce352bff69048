package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"notifyaudit/job"
)

// audiences finds the audience in force of each message, and remembers the
// latest lists: messages with one roster come one after the other.
type audiences struct {
	store  Store
	hasher job.Hasher
	// recent are the latest recorded lists, the latest used first.
	recent []list
}

type list struct {
	hash string
	ids  []string
}

// rememberedLists is how many recorded lists are kept.
const rememberedLists = 8

// inForce is the audience as recorded at the first reading, the manifest's
// before that, less the people not delivered to. Of purged people the size in force
// was recorded when they were purged.
func (a *audiences) inForce(ctx context.Context, m *job.Message, r *job.Record) (job.Audience, error) {
	audience := m.Audience
	switch {
	case purged(r):
		return r.Audience, nil
	case r.Audience.Form == job.AudienceSized:
		audience = r.Audience
	case r.Audience.Form == job.AudienceListed && r.AudienceHash != a.hasher.Hash(m.Audience):
		ids, err := a.members(ctx, r.AudienceHash)
		if err != nil {
			return job.Audience{}, fmt.Errorf("look up the recorded audience of %s: %w", m.Address, err)
		}
		audience = job.Audience{
			Form: job.AudienceListed, Size: len(ids), UserIDs: ids,
			Roster: cmp.Or(r.Audience.Roster, m.Audience.Roster),
		}
	}
	return audience.Without(m.NotDelivered), nil
}

// purged reports whether only the counts of the message's readings are left.
func purged(r *job.Record) bool { return !r.PurgedAt.IsZero() && r.Last != nil }

func (a *audiences) members(ctx context.Context, hash string) ([]string, error) {
	at := slices.IndexFunc(a.recent, func(l list) bool { return l.hash == hash })
	if at < 0 {
		ids, err := a.store.Members(ctx, hash)
		if err != nil {
			return nil, err
		}
		if len(a.recent) < rememberedLists {
			a.recent = append(a.recent, list{})
		}
		at = len(a.recent) - 1
		a.recent[at] = list{hash: hash, ids: ids}
	}
	found := a.recent[at]
	copy(a.recent[1:at+1], a.recent[:at])
	a.recent[0] = found
	return found.ids, nil
}

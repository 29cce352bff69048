package simulator

import (
	"cmp"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// receivers are the people a message went to, each once: the scenario's, or the
// readers and then the others, up to scenario.MaxReceivers.
func (r *readership) receivers(id scenario.MessageID, readers []string) []string {
	if e, listed := r.messages.entries[id]; listed && e.message.Receivers != nil {
		return e.message.Receivers
	}
	var all []string
	for _, person := range slices.Concat(readers, r.addressees(drawKey{kind: id.Kind, key: id.Key, count: -1})) {
		if len(all) < scenario.MaxReceivers && !slices.Contains(all, person) {
			all = append(all, person)
		}
	}
	return all
}

// addressees are the people that the readers of a one_to_one message are drawn from:
// its receivers where the scenario has them, or else up to scenario.MaxReceivers.
func (r *readership) addressees(d drawKey) []string {
	if e, listed := r.messages.entries[scenario.MessageID{Kind: d.kind, Key: d.key}]; listed && e.message.Receivers != nil {
		return slices.Sorted(slices.Values(e.message.Receivers))
	}
	var people []string
	if r.people != nil {
		people = slices.Compact(slices.Sorted(slices.Values(r.people(d.kind, d.key))))
	}
	if len(people) == 0 {
		return madeUpIDs(1, max(d.count, 1+int(r.draws.hash("receivers", d.key)%scenario.MaxReceivers)))
	}
	slices.SortStableFunc(people, func(a, b string) int {
		return cmp.Compare(r.draws.chance("receiver", d.key, a), r.draws.chance("receiver", d.key, b))
	})
	return people[:min(len(people), scenario.MaxReceivers)]
}

package report_test

import (
	"flag"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

var attacks = flag.Int("attacks", 24, "how many audits TestNothingIsGivenAwayOfAnything attacks")

// Fault or attack: somebody subtracts what one report says from what another does.
func TestNothingIsGivenAway(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]attack{
		"a department of two beside one of four": {
			minimum: 3, people: staff(2, 4), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(2, 4))}},
		},
		"two departments of three": {
			minimum: 3, people: staff(3, 3), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(3, 3))}},
		},
		"three departments, two of them small": {
			minimum: 3, people: staff(1, 1, 6), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(1, 1, 6))}},
		},
		"one message to some, another to all but one": {
			minimum: 3, people: staff(4), rounds: 1,
			letters: []letter{{campaign: "a", to: ids(staff(4))}, {campaign: "b", to: []string{"a1", "a2", "a3"}}},
		},
		"private messages, one too few": {
			minimum: 3, people: staff(5), rounds: 1,
			letters: private("a", 0, "a1", "a2"),
		},
		"private messages, one more than a cell": {
			minimum: 3, people: staff(5), rounds: 1,
			letters: private("a", 0, "a1", "a2", "a3", "a4"),
		},
		"many private messages to one person": {
			minimum: 3, people: staff(3), rounds: 1,
			letters: private("a", 0, "a1", "a1", "a1", "a1"),
		},
		"a private message more in the second report": {
			minimum: 3, people: staff(5), rounds: 2,
			letters: append(private("a", 0, "a1", "a2", "a3"), private("a", 1, "a4")...),
		},
		"two campaigns that are small alone": {
			minimum: 3, people: staff(4), rounds: 1,
			letters: append(private("a", 0, "a1", "a2"), private("b", 0, "a3", "a4")...),
		},
		"a small audience in two departments": {
			minimum: 3, people: staff(3, 3), rounds: 1,
			letters: []letter{{campaign: "a", to: []string{"a1", "b1"}}, {campaign: "a", to: []string{"a2", "a3", "b2", "b3"}}},
		},
		"two reports of a message that is read again": {
			minimum: 3, people: staff(2, 4), rounds: 2,
			letters: []letter{{campaign: "a", to: ids(staff(2, 4))}},
		},
		"two reports of a message that is not read again": {
			minimum: 3, people: staff(3, 3), rounds: 2,
			letters: []letter{{campaign: "a", to: ids(staff(3, 3)), closes: 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.all = true
			a.run(t)
		})
	}
}

// The ways in which an audit changes between two reports.
func TestNothingIsGivenAwayByChanges(t *testing.T) {
	t.Parallel()
	five, eight := ids(staff(5)), ids(staff(4, 4))
	for name, a := range map[string]attack{
		"somebody moves to another department": {
			minimum: 2, people: staff(4, 4), rounds: 2, moves: map[int]map[string]string{1: {"a1": "b"}},
			letters: []letter{{campaign: "a", to: eight, closes: 1}},
		},
		"somebody moves while private messages are read": {
			minimum: 2, people: staff(2, 2), rounds: 2, moves: map[int]map[string]string{1: {"a1": "b"}},
			letters: private("a", 0, "a1", "a2", "b1", "b2"),
		},
		"somebody comes to an audience": {
			minimum: 3, people: staff(4), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:3], later: map[int][]string{1: five[:4]}}},
		},
		"somebody leaves an audience": {
			minimum: 3, people: staff(5), rounds: 2,
			letters: []letter{{campaign: "a", to: five, later: map[int][]string{1: five[:4]}}},
		},
		"somebody comes for somebody else and nobody asks any more": {
			minimum: 2, people: staff(4), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:3], later: map[int][]string{1: {"a2", "a3", "a4"}}}},
		},
		"a message turns out not to have been delivered": {
			minimum: 3, people: staff(4), rounds: 2,
			letters: []letter{{campaign: "a", to: five[:4], later: map[int][]string{1: five[:3]}, silent: true}},
		},
		"as many come as may be shown": {
			minimum: 2, people: staff(5), rounds: 2,
			letters: []letter{{campaign: "a", to: five[:3], later: map[int][]string{1: five}}},
		},
		"a message to too few goes to one more": {
			minimum: 2, people: staff(1, 2), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], later: map[int][]string{2: {"a1", "b2"}}}},
		},
		"a message to too few goes to enough more": {
			minimum: 2, people: staff(1, 2), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], later: map[int][]string{2: {"a1", "b1", "b2"}}}},
		},
		"a private message that was shown goes to enough more": {
			minimum: 2, people: staff(2, 2), rounds: 3,
			letters: append(private("a", 0, "a2"), letter{campaign: "a", to: five[:1], later: map[int][]string{1: {"a1", "b1", "b2"}}}),
		},
		"somebody comes to an audience and leaves it again": {
			minimum: 2, people: staff(3), rounds: 4,
			letters: []letter{{campaign: "a", to: five[:2], later: map[int][]string{1: five[:3], 3: five[:2]}}},
		},
		"people come one after the other": {
			minimum: 2, people: staff(4), rounds: 4,
			letters: []letter{{campaign: "a", to: five[:2], later: map[int][]string{1: five[:3], 3: five[:4]}}},
		},
		"a message to too few turns out to have been delivered to more": {
			minimum: 2, people: staff(2), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], later: map[int][]string{2: five[:2]}, silent: true}},
		},
		"a message turns out to have been delivered and then not": {
			minimum: 2, people: staff(3), rounds: 4,
			letters: []letter{{campaign: "a", to: five[:2], later: map[int][]string{1: five[:3], 2: five[:2]}, silent: true}},
		},
		"a message turns out to have been delivered to somebody else and then not": {
			minimum: 2, people: staff(3), rounds: 4,
			letters: []letter{{campaign: "a", to: five[:2], later: map[int][]string{1: {"a1", "a3"}, 2: five[:2]}, silent: true}},
		},
		"a private message goes to others, to all of them, and to the others": {
			minimum: 2, people: staff(2, 2), rounds: 4,
			letters: append(private("a", 0, "a2"), letter{
				campaign: "a", to: five[:1], later: map[int][]string{1: {"b1", "b2"}, 2: {"a1", "b1", "b2"}, 3: {"b1", "b2"}}, silent: true,
			}),
		},
		"an old message turns out to have been delivered and then not": {
			minimum: 2, people: staff(3), rounds: 4,
			letters: []letter{{campaign: "a", to: five[:2], slow: true, later: map[int][]string{2: five[:3], 3: five[:2]}, silent: true}},
		},
		"a private message goes to somebody else": {
			minimum: 2, people: staff(5), rounds: 2,
			letters: []letter{{campaign: "a", to: five[:1], later: map[int][]string{1: five[4:]}}, {campaign: "a", to: five[1:2]}, {campaign: "a", to: five[2:3]}},
		},
		"one private message can't be read again": {
			minimum: 3, people: staff(3), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], closes: 1}, {campaign: "a", to: five[1:2]}, {campaign: "a", to: five[2:3]}},
		},
		"one private message is due more seldom": {
			minimum: 3, people: staff(3), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], slow: true}, {campaign: "a", to: five[1:2]}, {campaign: "a", to: five[2:3]}},
		},
		"a run is to ask one private message alone": {
			minimum: 3, people: staff(3), rounds: 3,
			letters: []letter{
				{campaign: "a", to: five[:1]}, {campaign: "a", to: five[1:2], skipped: []int{1}}, {campaign: "a", to: five[2:3], skipped: []int{1}},
			},
		},
		"private messages fail that nobody counts": {
			minimum: 3, people: staff(3), rounds: 2,
			letters: []letter{{campaign: "a", to: five[:1], skipped: []int{1}}, {campaign: "a", to: five[1:2], skipped: []int{1}}},
		},
		"a message is taken out of the manifest": {
			minimum: 3, people: staff(5), rounds: 2,
			letters: []letter{{campaign: "a", to: five[:4]}, {campaign: "a", to: five[4:], gone: []int{1}}},
		},
		"a private message is taken out of the manifest and comes back": {
			minimum: 2, people: staff(3), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], gone: []int{1}}, {campaign: "a", to: five[1:2]}, {campaign: "a", to: five[2:3]}},
		},
		"a private message is counted in another campaign": {
			minimum: 2, people: staff(3), rounds: 2,
			letters: append([]letter{{campaign: "a", to: five[:1], renamed: map[int]string{1: "b"}}}, private("a", 0, "a2", "a3")...),
		},
		"the smallest group gets smaller": {
			minimum: 4, minimums: map[int]int{1: 2}, people: staff(4, 2), rounds: 2,
			letters: []letter{{campaign: "a", to: ids(staff(4, 2)), closes: 1}},
		},
		"the smallest group gets larger": {
			minimum: 2, minimums: map[int]int{1: 4}, people: staff(4), rounds: 2,
			letters: append(private("a", 0, "a1", "a2"), letter{campaign: "a", to: five[:3]}),
		},
		"people are divided another way": {
			minimum: 2, segments: map[int]string{1: "location"}, people: staff(4, 4), rounds: 2,
			letters: []letter{{campaign: "a", to: eight, closes: 1}},
		},
		"a message's people are purged": {
			minimum: 3, people: staff(5), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:4], later: map[int][]string{1: five}, purged: 1}},
		},
		"a private message's people are purged": {
			minimum: 2, people: staff(3), rounds: 3,
			letters: []letter{{campaign: "a", to: five[:1], purged: 1}, {campaign: "a", to: five[1:2]}, {campaign: "a", to: five[2:3]}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

// Long forms: go test ./report -run OfAnything -attacks=2000.
func TestNothingIsGivenAwayOfAnything(t *testing.T) {
	t.Parallel()
	audits := rapid.Custom(anyAttack)
	for seed := range *attacks {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			a := audits.Example(seed)
			a.run(t)
		})
	}
}

func anyAttack(t *rapid.T) attack {
	a := attack{minimum: rapid.IntRange(2, 3).Draw(t, "minimum"), rounds: rapid.IntRange(1, 3).Draw(t, "rounds")}
	a.people = staff(rapid.SliceOfN(rapid.IntRange(1, 4), 1, 3).Draw(t, "departments")...)
	room := []int{8, 5, 4}[a.rounds-1]
	for room > 0 && len(a.letters) < 5 {
		l := anyLetter(t, &a, room)
		a.letters = append(a.letters, l)
		room -= len(l.everybody())
	}
	if a.rounds == 1 {
		return a
	}
	round := rapid.IntRange(1, a.rounds-1)
	if rapid.IntRange(0, 2).Draw(t, "moves") == 0 {
		who := rapid.SampledFrom(ids(a.people)).Draw(t, "who")
		a.moves = map[int]map[string]string{round.Draw(t, "moved in"): {who: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "to")}}
	}
	switch rapid.IntRange(0, 8).Draw(t, "edited") {
	case 0:
		a.minimums = map[int]int{round.Draw(t, "edited in"): rapid.IntRange(2, 3).Draw(t, "minimum then")}
	case 1:
		a.segments = map[int]string{round.Draw(t, "edited in"): "location"}
	}
	return a
}

// again replaces the audience of a letter in the last round once more: by some of
// those who ever were in it.
func (a *attack) again(t *rapid.T, l *letter) {
	if _, replaced := l.later[a.rounds-1]; !replaced && rapid.Bool().Draw(t, "again") {
		l.later[a.rounds-1] = rapid.SliceOfNDistinct(rapid.SampledFrom(l.everybody()), 1, len(l.everybody()), rapid.ID).Draw(t, "then to")
		slices.Sort(l.later[a.rounds-1])
	}
	l.silent = rapid.IntRange(0, 3).Draw(t, "silent") == 0
}

func anyLetter(t *rapid.T, a *attack, room int) letter {
	campaign := rapid.SampledFrom([]string{"a", "b"})
	people := ids(a.people)
	some := func(most int, label string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom(people), 1, max(1, min(most, len(people))), rapid.ID).Draw(t, label)
	}
	l := letter{
		campaign: campaign.Draw(t, "campaign"), to: some(room, "to"),
		first: max(0, rapid.IntRange(-1, a.rounds-1).Draw(t, "first")), slow: rapid.IntRange(0, 5).Draw(t, "slow") == 0,
	}
	if rapid.Bool().Draw(t, "private") {
		l.to = l.to[:1]
	}
	if l.first == a.rounds-1 {
		return l
	}
	round := rapid.IntRange(l.first+1, a.rounds-1)
	switch rapid.IntRange(0, 8).Draw(t, "then") {
	case 0, 1:
		l.closes = round.Draw(t, "closes in")
	case 2, 3:
		if more := room - len(l.to); more > 0 {
			kept := l.to[rapid.IntRange(0, len(l.to)).Draw(t, "leave"):]
			l.later = map[int][]string{round.Draw(t, "replaced in"): slicesUnion(kept, some(more, "come"))}
			if a.rounds-l.first == 3 {
				a.again(t, &l)
			}
		}
	case 4:
		if len(l.to) > 1 {
			l.later, l.silent = map[int][]string{round.Draw(t, "undelivered in"): l.to[1:]}, true
		}
	case 5:
		l.skipped = []int{round.Draw(t, "skipped in")}
	case 6:
		l.gone = []int{round.Draw(t, "gone in")}
	case 7:
		l.renamed = map[int]string{round.Draw(t, "renamed in"): campaign.Draw(t, "to campaign")}
	case 8:
		l.purged = round.Draw(t, "purged in")
	}
	return l
}

package messages

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// Symbols are what messages refer to.
type Symbols struct {
	// Zone is that of times without one; ZoneSet says that the manifest sets it.
	Zone    *time.Location
	ZoneSet bool
	// Providers are the robot codes of the providers, by name. One with mistakes is
	// among them, so that they aren't reported again at each message.
	Providers map[string]string
	// Instances are the provider blocks with for_each, by name: dingtalk.corp.
	Instances map[string]bool
	Rosters   map[string]*job.Roster
	// Broken are the rosters that couldn't be read: nothing is concluded from who
	// isn't in them.
	Broken map[string]bool
}

// RowArguments are the arguments of a message that a column can hold too.
func RowArguments() []string {
	return []string{
		"process_query_key", "kind", "provider", "robot_code", "open_conversation_id",
		"title", "sent_at", "window", "audience", "not_delivered", "target", "campaign",
	}
}

// Arguments are all arguments of a message.
func Arguments() []string { return append(RowArguments(), "tags") }

// set puts an argument, written as text, into the draft.
func (s *Symbols) set(d *draft, argument string, c table.Cell) (p *diag.Problem) {
	m := &d.message
	if c.List && argument != "audience" && argument != "not_delivered" {
		return diag.Problemf("Unsuitable value", "%s is a list: only audience and not_delivered hold several values.", argument)
	}
	switch argument {
	case "process_query_key":
		m.ID.ProcessQueryKey, p = rows.ParseID(c, ident.Key)
	case "kind":
		m.ID.Kind, p = parseKind(c.Text)
	case "provider":
		d.provider, p = s.providerIn(d.provider, c.Text)
	case "robot_code":
		m.RobotCode, p = rows.ParseID(c, ident.RobotCode)
	case "open_conversation_id":
		m.OpenConversationID, p = rows.ParseID(c, ident.Conversation)
	case "title":
		m.Title = c.Text
	case "campaign":
		m.Campaign = c.Text
	case "sent_at":
		m.SentAt, d.hasZone, p = rows.ParseTime(c, s.Zone)
	case "window":
		m.Window, p = lang.ParseDuration(c.Text)
	case "target":
		m.Target, p = parseTarget(c.Text)
	case "audience":
		p = s.audience(d, c)
	case "not_delivered":
		var ids []string
		if ids, p = rows.ParseUserIDs(c); p == nil {
			m.NotDelivered = job.Listed("", ids).UserIDs
		}
	}
	return p
}

func parseKind(text string) (job.Kind, *diag.Problem) {
	switch kind := job.Kind(text); kind {
	case job.PrivateChat, job.Group, job.OneToOne:
		return kind, nil
	}
	return "", diag.Problemf("Unknown kind", `There is no kind %s.%s`, diag.Quote(text),
		diag.DidYouMeanOr(text, []string{string(job.PrivateChat), string(job.Group), string(job.OneToOne)}, "The kinds are"))
}

func parseTarget(text string) (float64, *diag.Problem) {
	number, percent := strings.CutSuffix(text, "%")
	target, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		target /= 100
	}
	if err != nil || !(target > 0 && target <= 1) {
		return 0, diag.Problemf("Unsuitable target", "%s is no read rate: write a number above 0 and at most 1, as in 0.9.", diag.Quote(text))
	}
	return target, nil
}

// providerIn finds the provider that a cell names: by its name, or by its key where
// the block names one with for_each.
func (s *Symbols) providerIn(block, cell string) (string, *diag.Problem) {
	if _, found := s.Providers[cell]; found || !s.Instances[block] {
		return s.provider(cell)
	}
	return s.provider(lang.InstanceAddress(block, cell))
}

// provider looks a provider up by its name.
func (s *Symbols) provider(name string) (string, *diag.Problem) {
	if _, found := s.Providers[name]; found {
		return name, nil
	}
	if s.Instances[name] {
		return "", diag.Problemf("Instance missing", `%[1]s has for_each: name one of its instances, as in %[1]s["key"] or, with for_each, %[1]s[each.key]. In a block messages, a column provider can hold the key.`, name)
	}
	names := slices.Sorted(maps.Keys(s.Providers))
	if len(names) == 0 {
		return "", diag.Problemf("Unknown provider", `The manifest has no provider: add provider "dingtalk" { app_key = var.app_key … }.`)
	}
	return "", diag.Problemf("Unknown provider", "There is no provider %s.%s", name, didYouMeanOf(name, names))
}

// mostNames is how many providers a mistake lists.
const mostNames = 20

func didYouMeanOf(name string, names []string) string {
	if text := diag.DidYouMean(name, names); text != "" {
		return text
	}
	return " The manifest's providers are " + diag.FirstOf(names[:min(len(names), mostNames)], len(names)) + "."
}

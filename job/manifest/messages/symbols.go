package messages

import (
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
		d.provider, p = s.provider(c.Text)
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

func (s *Symbols) provider(name string) (string, *diag.Problem) {
	if _, found := s.Providers[name]; found {
		return name, nil
	}
	names := make([]string, 0, len(s.Providers))
	for known := range s.Providers {
		names = append(names, known)
	}
	if len(names) == 0 {
		return "", diag.Problemf("Unknown provider", `The manifest has no provider: add provider "dingtalk" { app_key = var.app_key … }.`)
	}
	slices.Sort(names)
	return "", diag.Problemf("Unknown provider", "There is no provider %s.%s", name, diag.DidYouMeanOr(name, names, "The manifest's providers are"))
}

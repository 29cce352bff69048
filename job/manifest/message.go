package manifest

import (
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// A world is what messages refer to.
type world struct {
	zone      *time.Location
	providers map[string]knownProvider
	rosters   map[string]*job.Roster
	// broken are the rosters that could not be read: who is in them isn't known,
	// and nothing may be concluded from who is not.
	broken map[string]bool
	// campaigns are the messages' own, as far as they are remembered.
	campaigns map[string]bool
	figures   figures
}

// rowArguments are the arguments of a message that a column can hold too.
func rowArguments() []string {
	return []string{
		"process_query_key", "kind", "provider", "robot_code", "open_conversation_id",
		"title", "sent_at", "window", "audience", "not_delivered", "target", "campaign",
	}
}

// messageArguments are all arguments of a message.
func messageArguments() []string { return append(rowArguments(), "tags") }

// A draft is a message in the making: a block's arguments, and over them a
// row's.
type draft struct {
	message job.Message
	// provider is its name. audience is a roster, or else a list or a size in the
	// message already.
	provider string
	audience *job.Roster
	// roster knows the people of a list.
	roster string
}

// set puts an argument, written as text, into the draft.
func (w *world) set(d *draft, argument string, c table.Cell) (p *diag.Problem) {
	m := &d.message
	if c.List && argument != "audience" && argument != "not_delivered" {
		return diag.Problemf("Unsuitable value", "%s is a list: only audience and not_delivered hold several values.", argument)
	}
	switch argument {
	case "process_query_key":
		m.ID.ProcessQueryKey, p = parseID(c, "process_query_key")
	case "kind":
		m.ID.Kind, p = parseKind(c.Text)
	case "provider":
		d.provider, p = w.provider(c.Text)
	case "robot_code":
		m.RobotCode, p = parseID(c, "robot code")
	case "open_conversation_id":
		m.OpenConversationID, p = parseID(c, "open_conversation_id")
	case "title":
		m.Title = c.Text
	case "campaign":
		m.Campaign = c.Text
	case "sent_at":
		m.SentAt, p = parseTime(c, w.zone)
	case "window":
		m.Window, p = parseDuration(c.Text)
	case "target":
		m.Target, p = parseTarget(c.Text)
	case "audience":
		p = w.audience(d, c)
	case "not_delivered":
		var ids []string
		if ids, p = parseIDs(c); p == nil {
			m.NotDelivered = job.Listed("", ids).UserIDs
		}
	}
	return p
}

func (w *world) provider(name string) (string, *diag.Problem) {
	if _, found := w.providers[name]; found {
		return name, nil
	}
	names := make([]string, 0, len(w.providers))
	for known := range w.providers {
		names = append(names, known)
	}
	if len(names) == 0 {
		return "", diag.Problemf("Unknown provider", `The manifest has no provider: add provider "dingtalk" { app_key = var.app_key … }.`)
	}
	return "", diag.Problemf("Unknown provider", "There is no provider %s.%s", name, diag.DidYouMeanOr(name, names, "The manifest's providers are"))
}

// audience reads a cell: a size, the name of a block, or user ids. A number that
// is the user id of somebody in the roster is that person: user ids of digits are
// common, and one recipient a row is what tables are for.
func (w *world) audience(d *draft, c table.Cell) *diag.Problem {
	if p := exact(c, "audience"); p != nil {
		return p
	}
	if w.broken[d.roster] {
		return nil
	}
	if n, is := parseSize(c.Text); is && !w.member(d.roster, c.Text) {
		return sized(d, n, c.Text)
	}
	if roster, found := w.rosters[c.Text]; found && !c.List {
		d.audience, d.message.Audience = roster, job.Audience{}
		return nil
	}
	if c.Numeric && !w.member(d.roster, c.Text) || strings.HasPrefix(c.Text, "-") && strings.Trim(c.Text[1:], "0123456789") == "" {
		return diag.Problemf("Unsuitable audience", "%s is no number of people.", diag.Quote(c.Text))
	}
	ids, p := parseIDs(c)
	if p != nil {
		return p
	}
	d.audience, d.message.Audience = nil, job.Listed("", ids)
	return nil
}

// member reports whether the roster has a person with the id.
func (w *world) member(roster, id string) bool {
	r, found := w.rosters[roster]
	if !found {
		return false
	}
	_, found = r.Person(id)
	return found
}

func sized(d *draft, n int, text string) *diag.Problem {
	if n > maxAudience {
		return diag.Problemf("Unsuitable audience", `%s is too many people. A number is the size of the audience; if it is a user id, write %s with a semicolon.`, diag.Quote(text), diag.Quote(text+";"))
	}
	d.audience, d.message.Audience = nil, job.Sized(n)
	return nil
}

// complete makes a message of the draft: what it refers to is resolved, what it
// lacks has its default. The draft's provider exists.
func (w *world) complete(d draft, address, campaign string, at job.Position, cache *audienceCache) (job.Message, *diag.Problem) {
	m := d.message
	if m.ID.ProcessQueryKey == "" {
		return m, diag.Problemf("Key missing", "The message has no process_query_key: the send call returned one.")
	}
	m.Address, m.Source = address, at
	m.ID.Provider = d.provider
	if m.ID.Kind == "" {
		m.ID.Kind = job.PrivateChat
	}
	m.RobotCode = orElse(m.RobotCode, w.providers[d.provider].robotCode)
	if m.ID.Kind == job.OneToOne {
		if p := oneToOne(&m); p != nil {
			return m, p
		}
	}
	m.Title = orElse(m.Title, address)
	m.Campaign = orElse(m.Campaign, campaign)
	if d.audience != nil {
		m.Audience = cache.at(d.audience, m.SentAt, w.zone)
	} else if m.Audience.Form == job.AudienceListed || m.LearnsAudience() {
		m.Audience.Roster = d.roster // of whom the answer names, too
	}
	return m, nil
}

// An audienceCache lets messages of one day share a roster's audience: who was
// there changes from day to day, in the audit's zone.
type audienceCache struct{ days map[rosterDay]job.Audience }

type rosterDay struct {
	roster string
	year   int
	day    int
}

// maxCachedDays bounds the cache; a table sorted by time needs few at once.
const maxCachedDays = 64

func (c *audienceCache) at(r *job.Roster, sentAt time.Time, zone *time.Location) job.Audience {
	key := rosterDay{roster: r.Name}
	if !sentAt.IsZero() {
		local := sentAt.In(zone)
		key.year, key.day = local.Year(), local.YearDay()
	}
	if a, found := c.days[key]; found {
		return a
	}
	if c.days == nil || len(c.days) >= maxCachedDays {
		c.days = make(map[rosterDay]job.Audience)
	}
	c.days[key] = r.AudienceAt(sentAt)
	return c.days[key]
}

// draftOf reads some arguments of a block into a draft.
func (l *loader) draftOf(a *args, d draft, arguments []string) draft {
	for _, argument := range arguments {
		if !a.has(argument) {
			continue
		}
		switch argument {
		case "tags":
			d.message.Tags = a.textMap("tags")
		case "provider":
			l.providerOf(a, &d)
		case "audience":
			l.audienceOf(a, &d)
		case "not_delivered":
			l.notDelivered(a, &d)
		default:
			text := a.text(argument, "")
			if text == "" {
				continue
			}
			if p := l.world.set(&d, argument, table.Cell{Text: text}); p != nil {
				a.failAt(argument, p)
			}
		}
	}
	return d
}

func (l *loader) providerOf(a *args, d *draft) {
	name, ok := reference(a.attrs["provider"].Expr, providerKind)
	if !ok {
		root := ""
		if t, ok := traversal(a.attrs["provider"].Expr); ok {
			root = t.RootName()
		}
		a.failAt("provider", diag.Problemf("Unknown provider", "provider names a provider block without quotation marks: dingtalk, or dingtalk.hr for the one with the alias hr.%s", diag.DidYouMean(root, []string{providerKind})))
		return
	}
	full := providerKind
	if name != "" {
		full += "." + name
	}
	provider, p := l.world.provider(full)
	if p != nil {
		a.failAt("provider", p)
		return
	}
	d.provider = provider
}

// audienceOf reads a reference to a block, a list of user ids or a size.
func (l *loader) audienceOf(a *args, d *draft) {
	e := a.attrs["audience"].Expr
	if t, ok := traversal(e); ok && t.RootName() == "audience" {
		if r := l.rosterOf(a, "audience"); r != nil {
			d.audience = r
		}
		return
	}
	v, ok := a.open("audience", cty.DynamicPseudoType)
	if !ok {
		return
	}
	switch kind := v.Type(); {
	case kind == cty.Number:
		n := a.integer("audience", 0, 0, maxAudience)
		d.message.Audience = job.Sized(n)
	case kind.IsListType() || kind.IsTupleType() || kind.IsSetType():
		if ids, ok := a.ids("audience"); ok {
			d.message.Audience = job.Listed("", ids)
		}
	case kind == cty.String:
		a.failAt("audience", diag.Problemf("Unsuitable audience", `A text is no audience: write audience.staff for the block audience "staff", ["u1", "u2"] for user ids, or a number for the size.`))
	default:
		a.failAt("audience", diag.Problemf("Unsuitable audience", `Write audience.staff for the block audience "staff", ["u1", "u2"] for user ids, or a number for the size.`))
	}
}

// rosterOf reads a reference to an audience block; nil when a mistake was
// reported.
func (l *loader) rosterOf(a *args, argument string) *job.Roster {
	name, ok := reference(a.attrs[argument].Expr, "audience")
	if !ok || name == "" {
		a.failAt(argument, diag.Problemf("Unsuitable reference", "%s names an audience block, as in audience.staff.", argument))
		return nil
	}
	r, found := l.world.rosters[name]
	if !found {
		names := make([]string, 0, len(l.world.rosters))
		for known := range l.world.rosters {
			names = append(names, known)
		}
		a.failAt(argument, diag.Problemf("Unknown audience", "There is no block audience %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, names, "Declared are")))
		return nil
	}
	return r
}

func (l *loader) notDelivered(a *args, d *draft) {
	if ids, ok := a.ids("not_delivered"); ok {
		d.message.NotDelivered = job.Listed("", ids).UserIDs
	}
}

// ids are the user ids of a list.
func (a *args) ids(name string) ([]string, bool) {
	var ids []string
	for _, text := range a.texts(name) {
		id, p := parseID(table.Cell{Text: text}, "user id")
		if p == nil && id == "" {
			p = diag.Problemf("User id missing", "%s has an empty user id.", name)
		}
		if p != nil {
			a.failAt(name, p)
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

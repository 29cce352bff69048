package messages

import (
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/rows"
	"notifyaudit/job/table"
)

// A draft is a message that isn't complete yet: a block's arguments, and over them
// a row's.
type draft struct {
	message job.Message
	// provider is its name. audience is a roster; without one the message has a
	// list or a size already, or no audience.
	provider string
	audience *job.Roster
	// roster has the names of the people of a list.
	roster string
	// numbersAreIDs says that a number in a cell of the column audience is a user
	// id; sizeInCell that a cell gave the audience's size.
	numbersAreIDs, sizeInCell bool
	// hasZone says that the time of sending was written with its zone.
	hasZone bool
}

// complete makes a message of the draft: what it refers to is resolved, what it
// lacks has its default. The draft's provider exists.
func (s *Symbols) complete(d draft, address, campaign string, at job.Position, cache *audienceCache) (job.Message, *diag.Problem) {
	m := d.message
	if m.ID.ProcessQueryKey == "" {
		return m, diag.Problemf("Key missing", "The message has no process_query_key: the send call returned one.")
	}
	m.Address, m.Source = address, at
	m.ID.Provider = d.provider
	if m.ID.Kind == "" {
		m.ID.Kind = job.PrivateChat
	}
	m.RobotCode = orElse(m.RobotCode, s.Providers[d.provider])
	if m.ID.Kind == job.OneToOne {
		if p := completeOneToOne(&m); p != nil {
			return m, p
		}
	}
	if p := crowdedCell(&d, m.ID.Kind); p != nil {
		return m, p
	}
	m.Title = orElse(m.Title, address)
	m.Campaign = orElse(m.Campaign, campaign)
	if d.audience != nil {
		m.Audience = cache.at(d.audience, m.SentAt, s.Zone)
	} else if m.Audience.Form == job.AudienceListed || m.LearnsAudience() {
		m.Audience.Roster = d.roster // also has the people that the answer names
	}
	return m, nil
}

// crowdedCell refuses a number in a cell as the size of a private chat: it is a
// user id, or the kind is wrong.
func crowdedCell(d *draft, kind job.Kind) *diag.Problem {
	size := d.message.Audience.Size
	if !d.sizeInCell || kind != job.PrivateChat || size <= privateChatPeople {
		return nil
	}
	return about("audience", "Private chat with many people",
		`A key of kind "private_chat" has one recipient, and %d is taken for the size of its audience. If it is a user id, write "%d;" with a semicolon; if the notice went to a group, set kind = "group".`, size, size)
}

func completeOneToOne(m *job.Message) *diag.Problem {
	if m.RobotCode == "" {
		p := diag.Problemf("Robot code missing",
			`A message of kind "one_to_one" can't be asked about without the robot that sent it: set robot_code, of the message or for all messages of the provider %s.`, m.ID.Provider)
		p.Argument = "kind"
		return p
	}
	if m.Window == 0 {
		m.Window = job.OneToOneWindow
	}
	return nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
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

// read reads some arguments of a block into the draft.
func (s *Symbols) read(d *draft, a *lang.Args, arguments []string) {
	for _, argument := range arguments {
		if !a.Has(argument) {
			continue
		}
		switch argument {
		case "tags":
			d.message.Tags = a.TextMap("tags")
		case "provider":
			s.readProvider(d, a)
		case "audience":
			s.readAudience(d, a)
		case "not_delivered":
			if ids, ok := userIDs(a, "not_delivered"); ok {
				d.message.NotDelivered = job.Listed("", ids).UserIDs
			}
		default:
			text := ""
			if isIdentifier(argument) {
				text = a.Identifier(argument)
			} else {
				text = a.Text(argument, "")
			}
			if text == "" {
				continue
			}
			if p := s.set(d, argument, table.Cell{Text: text}); p != nil {
				a.FailAt(argument, p)
			}
		}
	}
}

// isIdentifier reports an argument whose value the API or the vendor has given out.
func isIdentifier(argument string) bool {
	return argument == "process_query_key" || argument == "robot_code" || argument == "open_conversation_id"
}

// ProviderKind is the only kind of provider, and the name of the one without an
// alias.
const ProviderKind = "dingtalk"

func (s *Symbols) readProvider(d *draft, a *lang.Args) {
	ref, ok := a.BlockRef("provider", ProviderKind)
	if !ok {
		root := ""
		if t, is := lang.Traversal(a.Expr("provider")); is {
			root = t.RootName()
		}
		a.FailAt("provider", diag.Problemf("Unknown provider", `provider names a provider block without quotation marks: dingtalk, dingtalk.hr for the one with the alias hr, or dingtalk.corp["key"] for an instance of one with for_each.%s`, diag.DidYouMean(root, []string{ProviderKind})))
		return
	}
	name := ProviderKind
	if ref.Name != "" {
		name += "." + ref.Name
	}
	if ref.Key == nil && s.Instances[name] && a.Block.Kind == "messages" {
		d.provider = name // each row names its instance
		return
	}
	if ref.Key != nil {
		key, ok := ref.Instance()
		if !ok {
			return
		}
		name = lang.InstanceAddress(name, key)
	}
	provider, p := s.provider(name)
	if p != nil {
		a.FailAt("provider", p)
		return
	}
	d.provider = provider
}

// readAudience reads a reference to a block, a list of user ids or a size.
func (s *Symbols) readAudience(d *draft, a *lang.Args) {
	if t, ok := lang.Traversal(a.Expr("audience")); ok && t.RootName() == "audience" {
		if r := s.roster(a, "audience"); r != nil {
			d.audience = r
		}
		return
	}
	v, ok := a.Shown("audience", cty.DynamicPseudoType)
	if !ok {
		return
	}
	switch kind := v.Type(); {
	case kind == cty.Number:
		d.message.Audience = job.Sized(a.Int("audience", 0, 1, maxAudience))
	case kind.IsListType() || kind.IsTupleType() || kind.IsSetType():
		if v.LengthInt() == 0 {
			a.FailAt("audience", nobody())
		} else if ids, ok := userIDs(a, "audience"); ok {
			d.message.Audience = job.Listed("", ids)
		}
	case kind == cty.String:
		a.FailAt("audience", diag.Problemf("Unsuitable audience", `A text is no audience: write audience.staff for the block audience "staff", ["u1", "u2"] for user ids, or a number for the size.`))
	default:
		a.FailAt("audience", diag.Problemf("Unsuitable audience", `Write audience.staff for the block audience "staff", ["u1", "u2"] for user ids, or a number for the size.`))
	}
}

// roster reads a reference to an audience block; nil when a mistake was reported.
func (s *Symbols) roster(a *lang.Args, argument string) *job.Roster {
	name, ok := a.Reference(argument, "audience")
	if !ok || name == "" {
		a.FailAt(argument, diag.Problemf("Unsuitable reference", "%s names an audience block, as in audience.staff.", argument))
		return nil
	}
	r, found := s.Rosters[name]
	if !found {
		names := make([]string, 0, len(s.Rosters))
		for known := range s.Rosters {
			names = append(names, known)
		}
		slices.Sort(names)
		a.FailAt(argument, diag.Problemf("Unknown audience", "There is no block audience %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, names, "Declared are")))
		return nil
	}
	return r
}

// userIDs reads a list of user ids; false when a mistake was reported.
func userIDs(a *lang.Args, argument string) ([]string, bool) {
	var ids []string
	for _, text := range a.Identifiers(argument) {
		id, p := rows.ParseID(table.Cell{Text: text}, ident.UserID)
		if p == nil && id == "" {
			p = diag.Problemf("User id missing", "%s has an empty user id.", argument)
		}
		if p != nil {
			a.FailAt(argument, p)
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, true
}

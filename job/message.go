// Package job has the nouns of a notification audit: messages and the people
// they were sent to, readings and readers, figures and totals.
//
// It imports nothing but the standard library and does no I/O. Everything in it
// is plain data and pure functions of it, so a figure can be checked by hand.
package job

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"time"
)

// A MessageID is what makes a message the same message: the provider it was
// sent through, its kind and its key. Addresses and titles are only labels.
type MessageID struct {
	// Provider is the provider's name in the manifest: "dingtalk", or
	// "dingtalk.hr" for the one with the alias hr.
	Provider string
	Kind     Kind
	// ProcessQueryKey is the key that the send call returned, at most 256 bytes.
	ProcessQueryKey string
}

// A Message is one sent notice as the manifest describes it.
type Message struct {
	ID MessageID
	// Address is the label by which people name it, unique in a manifest:
	// message.benefits, messages.payslips["row-7"].
	Address string
	// FullAddress is the manifest's address where Address is cut to its block, since
	// the rest of it names a person who was erased. It is never shown, and takes what
	// a user types. Empty: Address is whole.
	FullAddress string
	// Campaign groups messages that belong together; never empty: without a
	// campaign argument it is the name of the block.
	Campaign string
	// Title is what people know it by; the address where the manifest has none.
	Title string
	// RobotCode and OpenConversationID go into the query; empty leaves them out.
	RobotCode          string
	OpenConversationID string
	// SentAt is when it was sent; zero when it isn't known.
	SentAt time.Time
	// Window is how long after SentAt the key can be asked; zero when unknown.
	Window   time.Duration
	Audience Audience
	// NotDelivered are the user ids that the send call reported as not reached,
	// sorted and unique. They are in no count but their own.
	NotDelivered []string
	// Target is the wanted read rate, above 0 and at most 1; 0 is no target.
	Target float64
	Tags   map[string]string
	// Source is where the manifest, or the table it reads, declares it.
	Source Position
}

// A Position is a place in a file, for people: "payslips.csv:73113".
type Position struct {
	File string // as the manifest names it
	Line int    // from 1; the line or sheet row
}

// Label names the message where its address must not stand, in a log: the address
// of one to a single person has that person's user id in it. It is the address of
// the block, and of one message among the block's also a digest of the query key,
// which says nothing to those who don't have the key.
func (m *Message) Label() string {
	block := Block(m.Address)
	if block == m.Address {
		return block
	}
	sum := sha256.Sum256([]byte(m.ID.ProcessQueryKey))
	return block + "#" + hex.EncodeToString(sum[:4])
}

// LearnsAudience reports whether the message's audience is the one that the API
// names: the answer about one of OneToOne does, and the manifest doesn't.
func (m *Message) LearnsAudience() bool {
	return m.ID.Kind == OneToOne && m.Audience.Form == AudienceUnknown
}

// Learned reports whether the recorded audience can be one that the API named: it
// is then in force with the manifest as it is, and not in its place.
func (m *Message) Learned(recorded Audience) bool {
	return m.LearnsAudience() && recorded.Form == AudienceListed && recorded.Size <= OneToOneReceivers
}

// ClosesAt is the instant from which the key can't be asked any more; zero when
// the window or the time of sending is unknown.
func (m *Message) ClosesAt() time.Time {
	if m.SentAt.IsZero() || m.Window == 0 {
		return time.Time{}
	}
	return m.SentAt.Add(m.Window)
}

// An AudienceForm says how much is known of an audience.
type AudienceForm string

// The forms of an audience.
const (
	// AudienceUnknown is nothing known: readers can be listed, no rate exists.
	AudienceUnknown AudienceForm = ""
	// AudienceSized is a head count: there is a rate, but there are no people.
	AudienceSized AudienceForm = "size"
	// AudienceListed is every user id.
	AudienceListed AudienceForm = "listed"
)

// An Audience is the people a message was sent to: the denominator.
type Audience struct {
	Form AudienceForm
	// Size is the number of people; with AudienceListed, len(UserIDs).
	Size int
	// UserIDs are the people of a listed audience, sorted and unique. Messages
	// with the same roster share one slice: never write to it.
	UserIDs []string
	// Roster names the audience block that knows these people's names and
	// departments; empty when there is none.
	Roster string
}

// Listed returns the audience of exactly these people, whatever the order and
// the repeats in ids. It leaves ids alone.
func Listed(roster string, ids []string) Audience {
	sorted := append([]string(nil), ids...)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	return Audience{Form: AudienceListed, Size: len(sorted), UserIDs: sorted, Roster: roster}
}

// Sized returns an audience of which only the size is known.
func Sized(n int) Audience { return Audience{Form: AudienceSized, Size: n} }

// Hash names the list of a listed audience: equal hashes are equal lists,
// whatever the roster is called. It is the SHA-256, in lower-case hex, of the
// sorted user ids, each after its length in bytes as 8 bytes, big-endian. The
// state keeps it, so it never changes. Other forms have the hash "".
func (a Audience) Hash() string {
	if a.Form != AudienceListed {
		return ""
	}
	sum := sha256.New()
	var buf []byte
	for _, id := range a.UserIDs {
		buf = append(binary.BigEndian.AppendUint64(buf[:0], uint64(len(id))), id...)
		sum.Write(buf)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Without returns the audience less the given people (sorted, unique). A sized
// audience shrinks by their number, though not below zero.
func (a Audience) Without(ids []string) Audience {
	if len(ids) == 0 || a.Form == AudienceUnknown {
		return a
	}
	if a.Form == AudienceSized {
		a.Size = max(0, a.Size-len(ids))
		return a
	}
	kept := make([]string, 0, len(a.UserIDs))
	for _, id := range a.UserIDs {
		if _, found := slices.BinarySearch(ids, id); !found {
			kept = append(kept, id)
		}
	}
	a.UserIDs, a.Size = kept, len(kept)
	return a
}

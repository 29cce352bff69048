package snapshot

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"notifyaudit/job"
)

// A decoder reads what an encoder wrote. Its input is this process's own: damage
// shows as an error of the reading, not here.
type decoder struct {
	fields []byte
	text   string
	table  *table
	room   *room
}

func (d *decoder) int() int {
	if b := d.fields[0]; b < 0x80 { // most are small
		d.fields = d.fields[1:]
		return int(b>>1) ^ -int(b&1)
	}
	n, size := binary.Varint(d.fields)
	d.fields = d.fields[size:]
	return int(n)
}

func (d *decoder) float() float64 {
	bits := binary.LittleEndian.Uint64(d.fields)
	d.fields = d.fields[8:]
	return math.Float64frombits(bits)
}

func (d *decoder) string() string {
	n := d.int()
	s := d.text[:n]
	d.text = d.text[n:]
	return s
}

// strings reads strings into a list of their own.
func (d *decoder) strings() []string {
	n := d.int()
	if n == 0 {
		return nil
	}
	all := d.room.take(n)
	for i := range all {
		all[i] = d.string()
	}
	return all
}

// A room has memory for short lists, many of them in one piece.
type room []string

// roomSize is how many strings are in a piece.
const roomSize = 64

// take returns a list of n strings, whose memory is not used again.
func (m *room) take(n int) []string {
	if n > roomSize {
		return make([]string, n)
	}
	if len(*m) < n {
		*m = make([]string, roomSize)
	}
	list := (*m)[:n:n]
	*m = (*m)[n:]
	return list
}

func (d *decoder) name() string {
	n := d.int()
	if n == 0 {
		return d.string()
	}
	return d.table.names[n-1]
}

func (d *decoder) time() time.Time {
	zone := d.int()
	if zone == 0 {
		return time.Time{}
	}
	seconds := d.int()
	return time.Unix(int64(seconds), int64(d.int())).In(d.table.zones[zone-1])
}

// A kept is a result with what it points to, which the next result is read into.
type kept struct {
	job.Result

	last, previous job.Reading
	readers        []job.Reader
}

// result reads a result into k; list finds the lists of audiences by number.
func (d *decoder) result(k *kept, list func(n int) ([]string, error)) (*job.Result, error) {
	r := &k.Result
	*r = job.Result{}
	if err := d.message(&r.Message, list); err != nil {
		return nil, err
	}
	r.Status = job.Status(d.name())
	r.Reading, r.Previous, r.OnlyReading = d.reading(&k.last), d.reading(&k.previous), d.int() != 0
	r.Failure = d.failure()
	if asInManifest := d.int() != 0; asInManifest {
		r.Audience = r.Message.Audience
	} else if err := d.audience(&r.Audience, list); err != nil {
		return nil, err
	}
	if k.readers = d.readers(k.readers, r.Audience.UserIDs); len(k.readers) > 0 {
		r.Readers = k.readers
	}
	r.Counts = job.Counts{Read: d.int(), Unread: d.int(), Unknown: d.int()}
	r.Outside, r.Calls = d.int(), d.int()
	r.FirstAskedAt, r.PurgedAt = d.time(), d.time()
	return r, nil
}

// id reads the beginning of a message.
func (d *decoder) id() job.MessageID {
	return job.MessageID{Provider: d.name(), Kind: job.Kind(d.name()), ProcessQueryKey: d.string()}
}

func (d *decoder) message(m *job.Message, list func(n int) ([]string, error)) error {
	m.ID = d.id()
	m.Address, m.FullAddress = d.string(), d.string()
	m.Campaign, m.Title, m.RobotCode, m.OpenConversationID = d.name(), d.string(), d.name(), d.string()
	m.SentAt = d.time()
	m.Window = time.Duration(d.int())
	if err := d.audience(&m.Audience, list); err != nil {
		return err
	}
	m.NotDelivered = d.strings()
	m.Target = d.float()
	if n := d.int(); n > 0 {
		m.Tags = make(map[string]string, n)
		for range n {
			tag := d.name()
			m.Tags[tag] = d.string()
		}
	}
	m.Source = job.Position{File: d.name(), Line: d.int()}
	return nil
}

func (d *decoder) audience(a *job.Audience, list func(n int) ([]string, error)) (err error) {
	a.Form, a.Size, a.Roster = job.AudienceForm(d.name()), d.int(), d.name()
	n := d.int()
	if n == inline {
		a.UserIDs = d.strings()
		return nil
	}
	a.UserIDs, err = list(n)
	return err
}

// readers reads readers into the memory of others.
func (d *decoder) readers(others []job.Reader, audience []string) []job.Reader {
	n := d.int()
	all := slices.Grow(others[:0], n)[:n]
	for i := range all {
		r := &all[i]
		if place := d.int(); place > 0 {
			r.UserID, audience = audience[place-1], audience[place:]
		} else {
			r.UserID, audience = d.string(), audience[-place:]
		}
		r.NotSeenAt, r.FirstSeenAt = d.time(), d.time()
	}
	return all
}

// reading reads a reading into a place, and returns that; nil if there is none.
func (d *decoder) reading(into *job.Reading) *job.Reading {
	if d.int() == 0 {
		return nil
	}
	*into = job.Reading{
		RunID: d.name(), StartedAt: d.time(), FinishedAt: d.time(),
		SendStatus: job.SendStatus(d.name()), Readers: d.int(), Read: d.int(),
	}
	return into
}

func (d *decoder) readings() []job.Reading {
	n := d.int()
	if n == 0 {
		return nil
	}
	all := make([]job.Reading, n)
	for i := range all {
		d.reading(&all[i])
	}
	return all
}

func (d *decoder) failure() *job.Failure {
	if d.int() == 0 {
		return nil
	}
	return &job.Failure{
		Status: job.Status(d.name()), Class: job.ErrorClass(d.name()), HTTPStatus: d.int(),
		Code: d.name(), Message: d.string(), RequestID: d.string(), RunID: d.name(), At: d.time(),
		RobotCode: d.name(), OpenConversationID: d.string(), SentAt: d.time(),
		Runs: d.int(), Since: d.time(), Same: d.int(),
	}
}

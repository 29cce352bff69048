// Package shelf keeps the messages of a run, of which there may be a million, in
// little memory: some sixty bytes for each, which the garbage collector passes over,
// where a [job.Message] with its texts takes six hundred.
package shelf

import (
	"encoding/binary"
	"strings"
	"time"

	"notifyaudit/job"
)

// A Shelf keeps messages as asking and recording need them: without title, target
// and tags, and with times in UTC. Put is for one goroutine; Get may be called
// concurrently with Get. The zero value is ready.
type Shelf struct {
	chunks [][]byte
	// common is what messages of a block have in common, lists are the people that
	// messages share.
	common  []common
	commons map[common]uint64
	lists   [][]string
	byList  map[sharedList]uint64
}

// A Place is where a message stands on its shelf.
type Place uint64

// chunkSize is what is allocated at a time; a message may have more.
const chunkSize = 256 << 10

// common is what the messages of a block are likely to have in common.
type common struct {
	provider        string
	kind            job.Kind
	block, campaign string
	robotCode       string
	window          time.Duration
	form            job.AudienceForm
	roster, file    string
}

// A sharedList is the identity of a slice, which its shelf keeps alive.
type sharedList struct {
	first *string
	n     int
}

// ownList is a length up to which a list is taken for the message's own.
const ownList = 8

// Put keeps a copy of a message.
func (s *Shelf) Put(m *job.Message) Place {
	block := job.Block(m.Address)
	var b [512]byte
	line := binary.AppendUvarint(b[:0], s.commonOf(m, block))
	line = appendText(line, m.ID.ProcessQueryKey)
	line = appendText(line, strings.TrimPrefix(m.Address, block))
	line = appendText(line, m.FullAddress)
	line = appendText(line, m.OpenConversationID)
	line = binary.AppendVarint(line, m.SentAt.Unix())
	line = binary.AppendUvarint(line, uint64(m.SentAt.Nanosecond()))
	line = binary.AppendVarint(line, int64(m.Audience.Size))
	line = s.appendList(line, m.Audience.UserIDs)
	line = s.appendList(line, m.NotDelivered)
	line = binary.AppendVarint(line, int64(m.Source.Line))

	last := len(s.chunks) - 1
	if last < 0 || cap(s.chunks[last])-len(s.chunks[last]) < len(line) {
		s.chunks = append(s.chunks, make([]byte, 0, max(chunkSize, len(line))))
		last++
	}
	at := Place(last)<<32 | Place(len(s.chunks[last]))
	s.chunks[last] = append(s.chunks[last], line...)
	return at
}

func (s *Shelf) commonOf(m *job.Message, block string) uint64 {
	c := common{
		provider: m.ID.Provider, kind: m.ID.Kind, block: block, campaign: m.Campaign, robotCode: m.RobotCode,
		window: m.Window, form: m.Audience.Form, roster: m.Audience.Roster, file: m.Source.File,
	}
	n, found := s.commons[c]
	if found {
		return n
	}
	if s.commons == nil {
		s.commons = make(map[common]uint64)
	}
	n = uint64(len(s.common))
	// The texts may be parts of a row's, which would stay as long.
	c.block, c.campaign, c.robotCode = strings.Clone(block), strings.Clone(m.Campaign), strings.Clone(m.RobotCode)
	s.common, s.commons[c] = append(s.common, c), n
	return n
}

func appendText(line []byte, text string) []byte {
	return append(binary.AppendUvarint(line, uint64(len(text))), text...)
}

// appendList appends a list: a short one itself, of any other its number.
func (s *Shelf) appendList(line []byte, ids []string) []byte {
	if len(ids) > ownList {
		return binary.AppendUvarint(line, ownList+1+s.listOf(ids))
	}
	line = binary.AppendUvarint(line, uint64(len(ids)))
	for _, id := range ids {
		line = appendText(line, id)
	}
	return line
}

func (s *Shelf) listOf(ids []string) uint64 {
	of := sharedList{first: &ids[0], n: len(ids)}
	n, found := s.byList[of]
	if !found {
		if s.byList == nil {
			s.byList = make(map[sharedList]uint64)
		}
		n = uint64(len(s.lists))
		s.lists, s.byList[of] = append(s.lists, ids), n
	}
	return n
}

// Get returns a copy of a message that was put.
func (s *Shelf) Get(at Place) *job.Message {
	r := s.reader(at)
	c := &s.common[r.number()]
	m := &job.Message{
		ID:                 r.id(c),
		Address:            c.block + r.text(),
		FullAddress:        r.text(),
		OpenConversationID: r.text(),
		Campaign:           c.campaign, RobotCode: c.robotCode, Window: c.window,
	}
	seconds := r.signed()
	m.SentAt = time.Unix(seconds, int64(r.number())).UTC() //nolint:gosec // under a second
	m.Audience = job.Audience{Form: c.form, Roster: c.roster, Size: int(r.signed()), UserIDs: s.list(&r)}
	m.NotDelivered = s.list(&r)
	m.Source = job.Position{File: c.file, Line: int(r.signed())}
	return m
}

func (s *Shelf) list(r *reader) []string {
	n := r.number()
	switch {
	case n == 0:
		return nil
	case n > ownList:
		return s.lists[n-ownList-1]
	}
	ids := make([]string, n)
	for i := range ids {
		ids[i] = r.text()
	}
	return ids
}

// ID returns the identity of a message that was put.
func (s *Shelf) ID(at Place) job.MessageID {
	r := s.reader(at)
	return r.id(&s.common[r.number()])
}

// A reader takes apart what Put wrote.
type reader struct{ line []byte }

func (s *Shelf) reader(at Place) reader {
	return reader{line: s.chunks[at>>32][uint32(at):]} //nolint:gosec // the lower half
}

// id reads the identity of a message, which stands behind the number of what it has in
// common with others.
func (r *reader) id(c *common) job.MessageID {
	return job.MessageID{Provider: c.provider, Kind: c.kind, ProcessQueryKey: r.text()}
}

func (r *reader) number() uint64 {
	n, length := binary.Uvarint(r.line)
	r.line = r.line[length:]
	return n
}

func (r *reader) signed() int64 {
	n, length := binary.Varint(r.line)
	r.line = r.line[length:]
	return n
}

func (r *reader) text() string {
	n := r.number()
	text := string(r.line[:n])
	r.line = r.line[n:]
	return text
}

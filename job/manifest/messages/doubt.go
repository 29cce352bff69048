package messages

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/rows"
)

// doubts are what is probably a mistake in a message, each with its argument.
func (l *messageLoader) doubts(m *job.Message) []*diag.Problem {
	found := l.crowd(m)
	if m.ID.Kind == job.OneToOne && m.OpenConversationID != "" {
		found = append(found, about("open_conversation_id", "Conversation without effect",
			`A message of kind "one_to_one" is asked about without a conversation: leave open_conversation_id out, or write kind = "group" for a message in a group chat.`))
	}
	if m.SentAt.After(l.now.Add(24 * time.Hour)) {
		found = append(found, about("sent_at", "Sent in the future", "sent_at, %s, is more than a day ahead.", m.SentAt.Format(time.RFC3339)))
	}
	return found
}

func about(argument, summary, format string, args ...any) *diag.Problem {
	p := diag.Problemf(summary, format, args...)
	p.Argument = argument
	return p
}

// privateChatPeople is how many people a private chat has.
const privateChatPeople = 2

// zoneless doubts a time of sending without a zone, where the audit has none either.
func (l *messageLoader) zoneless(d *draft) []*diag.Problem {
	if d.message.SentAt.IsZero() || d.hasZone || l.symbols.ZoneSet {
		return nil
	}
	return []*diag.Problem{about("sent_at", "Time without a zone",
		`sent_at, %s, has no time zone and the audit sets none, so it is taken for UTC. Write timezone = "Asia/Shanghai" into audit { … }, or the zone into the time: 2026-11-20T09:00:00+08:00.`,
		diag.Quote(d.message.SentAt.Format("2006-01-02 15:04")))}
}

// crowd doubts an audience of more people than the message's kind reaches.
func (l *messageLoader) crowd(m *job.Message) []*diag.Problem {
	var p *diag.Problem
	switch size := m.Audience.Size; {
	case m.Audience.Form == job.AudienceUnknown:
	case m.ID.Kind == job.PrivateChat && size > privateChatPeople:
		p = about("audience", "Private chat with many people",
			`A key of kind "private_chat" has one recipient, but this audience has %d people. A notice to a group is of kind "group", one from the robot to up to 20 people of kind "one_to_one".`, size)
	case m.ID.Kind == job.OneToOne && size > job.OneToOneReceivers:
		p = about("audience", "One-to-one message to many people",
			`A message of kind "one_to_one" goes to at most %d people, but this audience has %d: the others would count as unread. Name its receivers, or leave audience out: the API's answer names them.`,
			job.OneToOneReceivers, size)
	}
	if p == nil {
		return nil
	}
	l.crowded.Kind = rows.CrowdedChat
	l.crowded.Add(m.Address)
	return []*diag.Problem{p}
}

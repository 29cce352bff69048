package manifest

import "notifyaudit/job"

// oneToOne completes a message of that kind, or says what it lacks.
func oneToOne(m *job.Message) *problem {
	if m.RobotCode == "" {
		p := problemf("Robot code missing",
			`A message of kind "one_to_one" can't be asked about without the robot that sent it: set robot_code, of the message or for all messages of the provider %s.`, m.ID.Provider)
		p.argument = "kind"
		return p
	}
	if m.Window == 0 {
		m.Window = job.OneToOneWindow
	}
	return nil
}

// oneToOneDoubts are what is probably a mistake in a message of that kind.
func oneToOneDoubts(m *job.Message) []doubt {
	var ds []doubt
	if m.Audience.Size > job.OneToOneReceivers {
		ds = append(ds, doubt{"audience", problemf("One-to-one message to many people",
			`A message of kind "one_to_one" goes to at most %d people, but this audience has %d: the others would count as unread. Name its receivers, or leave audience out: the API's answer names them.`,
			job.OneToOneReceivers, m.Audience.Size)})
	}
	if m.OpenConversationID != "" {
		ds = append(ds, doubt{"open_conversation_id", problemf("Conversation without effect",
			`A message of kind "one_to_one" is asked about without a conversation: leave open_conversation_id out, or write kind = "group" for a message in a group chat.`)})
	}
	return ds
}

package job

import "time"

// A Kind says which of the robot's calls a message was sent with, and so which
// query answers for it. A key of one kind is refused by the others' queries.
type Kind string

// The kinds of message a robot can send.
const (
	// PrivateChat is a message in the chat between two people. A key has one
	// recipient; POST /v1.0/robot/privateChatMessages/query answers for it.
	PrivateChat Kind = "private_chat"
	// Group is a message in a group chat; POST /v1.0/robot/groupMessages/query
	// answers for it.
	Group Kind = "group"
	// OneToOne is a message from the robot to up to 20 people at a time;
	// GET /v1.0/robot/oToMessages/readStatus answers for it within 24 hours.
	OneToOne Kind = "one_to_one"
)

// What the vendor documents of OneToOne.
const (
	// OneToOneWindow is how long after sending a key can be asked.
	OneToOneWindow = 24 * time.Hour
	// OneToOneReceivers is the most people a message goes to. The answer about it
	// has no pages.
	OneToOneReceivers = 20
)

package job

// A Channel is a way to remind people.
type Channel string

// The channels.
const (
	ChannelMail       Channel = "mail"
	ChannelWorkNotice Channel = "work_notice"
	ChannelRobot      Channel = "robot"
)

// Channels are all channels, the usual one first.
func Channels() []Channel { return []Channel{ChannelMail, ChannelWorkNotice, ChannelRobot} }

// Batch is the most people that a channel takes at a time; the zero value is ChannelMail.
func (c Channel) Batch() int {
	switch c {
	case ChannelWorkNotice:
		return 100 // userid_list of topapi/message/corpconversation/asyncsend_v2
	case ChannelRobot:
		return 20 // userIds of /v1.0/robot/oToMessages/batchSend
	default:
		return 500 // what programs for mail take without objection
	}
}

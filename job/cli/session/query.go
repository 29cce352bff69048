package session

import (
	"time"

	"notifyaudit/job"
)

// QueryMessages returns the messages of a query: one for each key, with the key as its
// address. Their audience is the roster people, or if that is nil the number size, or
// if that is 0 unknown.
func QueryMessages(kind job.Kind, robotCode string, keys []string, people *job.Roster, size int) []job.Message {
	audience := job.Audience{}
	switch {
	case people != nil:
		audience = people.AudienceAt(time.Time{})
	case size > 0:
		audience = job.Sized(size)
	}
	all := make([]job.Message, len(keys))
	for i, key := range keys {
		all[i] = job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: kind, ProcessQueryKey: key},
			Address: key, Title: key, Campaign: "query", RobotCode: robotCode, Audience: audience,
		}
	}
	return all
}

// Package query has what a query works with in place of a manifest and a state of its own:
// messages made of keys, and a folder for the time that it runs.
package query

import (
	"time"

	"notifyaudit/job"
)

// Messages returns the messages of a query: one for each key, with the key as its
// address. Their audience is the roster people, or if that is nil the number size, or
// if that is 0 unknown.
func Messages(kind job.Kind, robotCode string, keys []string, people *job.Roster, size int) []job.Message {
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

package simulator

import (
	"encoding/json"
	"path"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// An endpoint is one call of the API. A further one is a row in endpoints and a
// file with its two functions.
type endpoint struct {
	// name is the interface's: what limits, faults and the log call it.
	name string
	// method and path are the request line's; an asterisk in path stands for one
	// segment.
	method, path string
	// business calls are metered; the others are for tokens. paged ones answer
	// page by page.
	business, paged bool
	// read fills in what the request is about: Kind, Key, Page. It must not fail:
	// what is wrong is answer's business.
	read func(s *Simulator, c *call)
	// identify finds out who is asking, or refuses.
	identify func(s *Simulator, c *call) *reply
	// answer is the call itself, made with the Simulator locked.
	answer func(s *Simulator, c *call) reply
}

func endpoints() []endpoint {
	return []endpoint{
		{
			name: scenario.InterfaceAccessToken, method: "POST", path: "/v1.0/oauth2/accessToken",
			read: readAccessToken, identify: identifyByBody, answer: answerAccessToken,
		},
		{
			name: scenario.InterfaceCorpAccessToken, method: "POST", path: "/v1.0/oauth2/corpAccessToken",
			read: readCorpToken, identify: identifySuite, answer: answerCorpToken,
		},
		{
			name: scenario.InterfaceUnifiedToken, method: "POST", path: "/v1.0/oauth2/*/token",
			read: readUnifiedToken, identify: identifyClient, answer: answerUnifiedToken,
		},
		{
			name: scenario.KindPrivateChat, method: "POST", path: "/v1.0/robot/privateChatMessages/query", business: true, paged: true,
			read: readQuery, identify: identifyByToken, answer: answerQuery,
		},
		{
			name: scenario.KindGroup, method: "POST", path: "/v1.0/robot/groupMessages/query", business: true, paged: true,
			read: readQuery, identify: identifyByToken, answer: answerQuery,
		},
		{
			name: scenario.KindOneToOne, method: "GET", path: "/v1.0/robot/oToMessages/readStatus", business: true,
			read: readReadStatus, identify: identifyByToken, answer: answerReadStatus,
		},
	}
}

// findEndpoint returns nil when there is no such call.
func findEndpoint(method, requestPath string) *endpoint {
	all := endpoints()
	i := slices.IndexFunc(all, func(e endpoint) bool {
		matches, err := path.Match(e.path, requestPath)
		return err == nil && matches && e.method == method
	})
	if i < 0 {
		return nil
	}
	return &all[i]
}

// text is a string member of the request; false when it is there and isn't one.
// Absent and null are the empty string.
func (c *call) text(name string) (string, bool) {
	var value *string
	raw, found := c.fields[name]
	if !found {
		return "", true
	}
	if json.Unmarshal(raw, &value) != nil {
		return "", false
	}
	if value == nil {
		return "", true
	}
	return *value, true
}

// number is a whole-number member of the request; nil when it is absent, false
// when it isn't one.
func (c *call) number(name string) (*int64, bool) {
	var value *int64
	raw, found := c.fields[name]
	if !found {
		return nil, true
	}
	return value, json.Unmarshal(raw, &value) == nil
}

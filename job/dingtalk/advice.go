package dingtalk

import (
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk/codes"
)

// advice is codes.Advise in English, with what only the client knows: which endpoint is
// the other one, and when the month turns.
func (c *Client) advice(f *job.AnswerError) string {
	text := codes.Advise(&job.Failure{Class: f.Class, Code: f.Code, HTTPStatus: f.Status}, "en")
	switch {
	case f.Class == job.ClassQuota && f.Code != "":
		return text + "; the month turns at " + job.QuotaTurns(time.Now()).Format(time.RFC3339)
	case strings.Contains(text, "try the other endpoint"):
		return text + c.otherEndpoint()
	default:
		return text
	}
}

func (c *Client) otherEndpoint() string {
	switch c.host {
	case "api.dingtalk.io":
		return `: an app of mainland China needs endpoint = "https://api.dingtalk.com"`
	case "api.dingtalk.com":
		return `: an app of the international edition needs endpoint = "https://api.dingtalk.io"`
	default:
		return ""
	}
}

package simulator

import (
	"path"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// readUnifiedToken has nothing to read: identifyClient does it all.
func readUnifiedToken(*Simulator, *call) {}

// identifyClient checks a unified app's id and secret, and the organisation in
// the path.
func identifyClient(s *Simulator, c *call) *reply {
	id, _ := c.text("client_id")
	secret, _ := c.text("client_secret")
	grantType, _ := c.text("grant_type")
	if grantType != "client_credentials" {
		return new(c.coded(scenario.CodeBadParameter))
	}
	if refusal := s.identifyApp(c, id, secret); refusal != nil {
		return refusal
	}
	return s.identifyCorp(c, path.Base(path.Dir(c.seen.Path)))
}

// answerUnifiedToken is oauth2/{corpId}/token. No source says what a repeat gives;
// here it is the same token, renewed.
func answerUnifiedToken(s *Simulator, c *call) reply {
	return jsonReply(200, struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"` // in seconds
	}{s.tokens.renew(c).token, int(s.tokens.lifetime / time.Second)})
}

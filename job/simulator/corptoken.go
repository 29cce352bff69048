package simulator

import (
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// readCorpToken has nothing to read: identifySuite does it all.
func readCorpToken(*Simulator, *call) {}

// identifySuite checks a third-party app's key, secret and ticket, and the
// organisation that authorised it.
func identifySuite(s *Simulator, c *call) *reply {
	key, _ := c.text("suiteKey")
	secret, _ := c.text("suiteSecret")
	ticket, _ := c.text("suiteTicket")
	corp, _ := c.text("authCorpId")
	if refusal := s.identifyApp(c, key, secret); refusal != nil {
		return refusal
	}
	if ticket == "" || c.app != nil && c.app.SuiteTicket != "" && ticket != c.app.SuiteTicket {
		return new(c.coded(scenario.CodeBadSecret))
	}
	return s.identifyCorp(c, corp)
}

// identifyCorp checks the organisation that a token is asked for.
func (s *Simulator) identifyCorp(c *call, corp string) *reply {
	if corp == "" || c.app != nil && c.app.Corps != nil && !slices.Contains(c.app.Corps, corp) {
		return new(c.coded(scenario.CodeBadSecret))
	}
	c.seen.Corp = corp
	return nil
}

// answerCorpToken is oauth2/corpAccessToken: a new token each time; the ones
// before stay valid.
func answerCorpToken(s *Simulator, c *call) reply {
	return jsonReply(200, s.tokens.answer(s.tokens.issue(c)))
}

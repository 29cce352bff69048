package dingtalk

import (
	"encoding/json"
	"strings"
)

// An errorBody is what an answer says of itself when it is no page. Two spellings
// are on the wire: code, message, requestid, and, for permission errors, Code,
// Message, RequestId. The older interfaces answer errcode and errmsg with 200.
type errorBody struct {
	code, message, requestID string
	// scopes are the permissions that a denied call needs.
	scopes []string
	// spoken says that it is a JSON object with any kind of code: the API, and no
	// proxy on the way, was at work.
	spoken bool
	// legacy says that the code is an errcode.
	legacy bool
	// punished is {"status":1111,"punish":"deny"}: the address is banned.
	punished bool
}

func parseErrorBody(body []byte) errorBody {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return errorBody{}
	}
	e := errorBody{
		code:      firstText(members, "code", "Code"),
		message:   firstText(members, "message", "Message", "errmsg"),
		requestID: firstText(members, "requestid", "RequestId", "requestId", "request_id"),
		scopes:    requiredScopes(members),
		punished:  firstText(members, "status") == "1111" && firstText(members, "punish") == "deny",
	}
	if errcode := firstText(members, "errcode"); e.code == "" && errcode != "" && errcode != "0" {
		e.code, e.legacy = errcode, true
	}
	e.spoken = e.code != "" || e.punished
	for _, scope := range e.scopes {
		if !strings.Contains(e.message, scope) {
			e.message += " [" + scope + "]"
		}
	}
	return e
}

// firstText is the first of the named members that is a string or a number.
func firstText(members map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		var s string
		if json.Unmarshal(members[name], &s) == nil && s != "" {
			return s
		}
		var n json.Number
		if json.Unmarshal(members[name], &n) == nil && n != "" {
			return n.String()
		}
	}
	return ""
}

func requiredScopes(members map[string]json.RawMessage) []string {
	var detail struct {
		RequiredScopes []string `json:"requiredScopes"`
	}
	for _, name := range []string{"AccessDeniedDetail", "accessDeniedDetail", "accessdenieddetail"} {
		if json.Unmarshal(members[name], &detail) == nil && len(detail.RequiredScopes) > 0 {
			return detail.RequiredScopes[:min(len(detail.RequiredScopes), 10)]
		}
	}
	return nil
}

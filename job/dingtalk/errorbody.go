package dingtalk

import (
	"bytes"
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
	// legacy says that the code is an errcode.
	legacy bool
	// punished is {"status":1111,"punish":"deny"}: the address is banned.
	punished bool
}

// namesCode reports whether a body can have a member that makes a refusal of it
// whatever its status is. Most bodies have none, and need not be taken apart to see
// that.
func namesCode(body []byte) bool {
	for _, part := range []string{`ode"`, `punish"`, `\u`} { // code, Code, errcode
		if bytes.Contains(body, []byte(part)) {
			return true
		}
	}
	return false
}

func parseErrorBody(body []byte) errorBody {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return errorBody{}
	}
	e := errorBody{
		code:      firstString(members, "code", "Code"),
		message:   firstText(members, "message", "Message", "errmsg"),
		requestID: firstText(members, "requestid", "RequestId", "requestId", "request_id"),
		scopes:    requiredScopes(members),
		punished:  firstText(members, "status") == "1111" && firstText(members, "punish") == "deny",
	}
	if errcode := firstText(members, "errcode"); e.code == "" && errcode != "" && errcode != "0" {
		e.code, e.legacy = errcode, true
		// 88 is any trouble with the right to call; which one says the sub_code.
		if sub := firstText(members, "sub_code"); errcode == "88" && sub != "" {
			e.code, e.message = sub, firstText(members, "sub_msg", "errmsg")
		}
	}
	for _, scope := range e.scopes {
		if !strings.Contains(e.message, scope) {
			e.message += " [" + scope + "]"
		}
	}
	return e
}

// firstString is the first of the named members that is a string. The API's codes
// are; a number in their place is a gateway's.
func firstString(members map[string]json.RawMessage, names ...string) string {
	for _, name := range names {
		var s string
		if json.Unmarshal(members[name], &s) == nil && s != "" {
			return s
		}
	}
	return ""
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

package scenario

// A Scenario is what a simulator answers. The zero value limits nothing and answers
// every key. Don't change a scenario that a simulator uses.
type Scenario struct {
	// Seed goes into every draw: other seed, other readers, faults and delays.
	Seed uint64 `json:"seed,omitzero"`
	// Latency is the round trip of every request, half of it on the way there.
	// Each way takes up to half of Jitter longer, drawn for each attempt.
	Latency Duration `json:"latency,omitzero"`
	Jitter  Duration `json:"jitter,omitzero"`
	// Shifts move the latency from one direction to the other as time goes by, by
	// rising After; before the first, half of it is on the way there.
	Shifts []Shift `json:"shifts,omitzero"`
	// RequestsPerSecond is how many requests of an app one interface takes in any
	// second, by the instant they arrive; refused ones don't count. 0: any number.
	RequestsPerSecond int `json:"requests_per_second,omitzero"`
	// RetryAfter is the Retry-After header of throttle answers, word for word, so
	// that nonsense can be sent too. Empty, as the vendor has it: no header.
	RetryAfter string `json:"retry_after,omitzero"`
	// RequestsPerMonth is the quota of metered calls of all apps together, by
	// calendar month in Asia/Shanghai. 0: no quota.
	RequestsPerMonth int `json:"requests_per_month,omitzero"`
	// BanAfter is how many requests in 20 s are admitted; with one more,
	// everything is refused for 5 minutes. 0: 10,000; -1: any number.
	BanAfter int `json:"ban_after,omitzero"`
	// MaxPageSize is the largest maxResults; 0: 200, as documented.
	MaxPageSize int `json:"max_page_size,omitzero"`
	// TokenLifetime is how long an access token is valid, from its last renewal;
	// 0: 7200 s.
	TokenLifetime Duration `json:"token_lifetime,omitzero"`
	// RevokeTokens are times since the start at which every access token that was
	// issued before becomes invalid.
	RevokeTokens []Duration `json:"revoke_tokens,omitzero"`
	// NextTokenLifetime is how long a nextToken is valid; 0: without end.
	NextTokenLifetime Duration `json:"next_token_lifetime,omitzero"`
	// UnknownKeys is what becomes of a key that Messages doesn't list: "answer"
	// (default) draws its readers, "reject" refuses it as invalid.processQueryKey.
	UnknownKeys string `json:"unknown_keys,omitzero"`
	// Apps are the apps by app key, which is called suite key for a third-party
	// app and client id for a unified one. None: any key with a secret gets a
	// token.
	Apps map[string]App `json:"apps,omitzero"`
	// Messages are the messages known, each kind and key once.
	Messages []Message `json:"messages,omitzero"`
	// Faults are tried in order on each request; the first that fits happens.
	Faults []Fault `json:"faults,omitzero"`
	// Outages are times at which nothing works, tokens included.
	Outages []Outage `json:"outages,omitzero"`
}

// A Shift is how the latency is divided from some time on.
type Shift struct {
	// After is the time since the start.
	After Duration `json:"after,omitzero"`
	// There is the share of the latency that is on the way there, 0 to 1.
	There float64 `json:"there,omitzero"`
}

// The values of Scenario.UnknownKeys.
const (
	UnknownKeysAnswer = "answer"
	UnknownKeysReject = "reject"
)

// An App is an app. Each of the token calls takes its key and secret.
type App struct {
	// AppSecret is what a token is given for; required.
	AppSecret string `json:"app_secret,omitzero"`
	// SuiteTicket is what corpAccessToken takes besides; empty: any that isn't
	// empty. No source says how a wrong one is refused; here it is refused as a wrong secret.
	SuiteTicket string `json:"suite_ticket,omitzero"`
	// Corps are the corp ids of the organisations that authorised it, which
	// corpAccessToken and the unified token call take; absent: any. Another one is
	// refused as a wrong secret.
	Corps []string `json:"corps,omitzero"`
	// AccessTokens are tokens of the app that are valid from the start and never
	// expire, in addition to those it is issued.
	AccessTokens []string `json:"access_tokens,omitzero"`
	// Permissions are the scopes granted; absent: all. All query calls need
	// qyapi_robot_sendmsg.
	Permissions []string `json:"permissions,omitzero"`
	// Robots are the robot codes that the app may ask for; absent: any. Another
	// code is refused as invalidParameter.robotCode.notExsit.
	Robots []string `json:"robots,omitzero"`
	// Error answers every business call of the app, whatever it asks.
	Error *Answer `json:"error,omitzero"`
}

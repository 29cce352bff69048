package scenario

// A FaultKind is one way for an exchange to go wrong.
type FaultKind string

// The kinds of fault. The first eight concern the connection and the server
// itself; the others are answers that a client must not believe.
const (
	FaultSystemError FaultKind = "system_error" // 500 system.error
	FaultReset       FaultKind = "reset"        // connection reset, no answer
	FaultEOF         FaultKind = "eof"          // connection closed, no answer
	FaultTimeout     FaultKind = "timeout"      // no answer for Delay
	FaultTruncate    FaultKind = "truncate"     // half a body, then the connection is closed
	FaultSlowBody    FaultKind = "slow_body"    // half a body, the rest after Delay
	FaultRedirect    FaultKind = "redirect"     // 302 to Location
	FaultLate        FaultKind = "late"         // the request takes Delay longer to arrive, even if its caller leaves meanwhile

	FaultThrottle       FaultKind = "throttle"        // 403 …QpsLimitForAppkeyAndApi
	FaultLegacyThrottle FaultKind = "legacy_throttle" // 200 with errcode 90018
	FaultQuota          FaultKind = "quota"           // 403 …ApiCountLimitForOrg
	FaultBan            FaultKind = "ban"             // {"status":1111,"punish":"deny"}
	FaultHTML           FaultKind = "html"            // a web page

	FaultGarbage      FaultKind = "garbage"       // 200, bytes that aren't JSON
	FaultEmptyObject  FaultKind = "empty_object"  // 200 {}
	FaultNull         FaultKind = "null"          // 200 null
	FaultErrorIn200   FaultKind = "error_in_200"  // 200 {"code":"system.error",…}
	FaultWrongCase    FaultKind = "wrong_case"    // the true page, its keys in capitals
	FaultDuplicateKey FaultKind = "duplicate_key" // the true page, the list of readers again and empty
	FaultTrailing     FaultKind = "trailing"      // the true page and more after it
	FaultBadUTF8      FaultKind = "bad_utf8"      // the true page and an id that isn't UTF-8
	FaultNullReaders  FaultKind = "null_readers"  // the true page, the list of readers null
	FaultNoHasMore    FaultKind = "no_has_more"   // the true page without hasMore; not for one_to_one

	// One_to_one has no pages, so these three don't happen to it.
	FaultLoopToken  FaultKind = "loop_token"  // every page names itself as the next
	FaultEndless    FaultKind = "endless"     // every page has unknown users and a next page
	FaultEmptyPages FaultKind = "empty_pages" // every page is empty and has a next page
)

// FaultKinds returns all kinds, in alphabetical order.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultBadUTF8, FaultBan, FaultDuplicateKey, FaultEmptyObject, FaultEmptyPages, FaultEndless, FaultEOF,
		FaultErrorIn200, FaultGarbage, FaultHTML, FaultLate, FaultLegacyThrottle, FaultLoopToken, FaultNoHasMore,
		FaultNull, FaultNullReaders, FaultQuota, FaultRedirect, FaultReset, FaultSlowBody, FaultSystemError,
		FaultThrottle, FaultTimeout, FaultTrailing, FaultTruncate, FaultWrongCase,
	}
}

// PagedOnly reports whether only interfaces that answer in pages have this fault.
func (k FaultKind) PagedOnly() bool {
	switch k {
	case FaultNoHasMore, FaultLoopToken, FaultEndless, FaultEmptyPages:
		return true
	default:
		return false
	}
}

// A Fault happens to each request that fits all of its conditions. A condition that
// is left out fits every request.
type Fault struct {
	// Kind is what happens; required.
	Kind FaultKind `json:"kind,omitzero"`
	// Interfaces are the calls it happens to, by name: access_token,
	// corp_access_token, unified_token, private_chat, group, one_to_one. Absent:
	// the business calls, all but those for tokens.
	Interfaces []string `json:"interfaces,omitzero"`
	// Messages are the keys it happens to.
	Messages []string `json:"messages,omitzero"`
	// Pages are the pages it happens to, from 1.
	Pages []int `json:"pages,omitzero"`
	// Attempts are the attempts it happens to, from 1: how often that page of that
	// message has been asked since the start, by any run.
	Attempts []int `json:"attempts,omitzero"`
	// Share is how many of all those attempts it happens to, above 0 and at most
	// 1: drawn by a hash of seed, message, page and attempt. Absent: all.
	Share float64 `json:"share,omitzero"`
	// From and Until bound the time since the start; 0: open.
	From  Duration `json:"from,omitzero"`
	Until Duration `json:"until,omitzero"`
	// Status is the HTTP status instead of the usual one, 200 to 599: for
	// system_error, throttle, quota, ban, html and redirect.
	Status int `json:"status,omitzero"`
	// Code is the error code instead of the usual one, for throttle. One that isn't
	// documented needs a Status.
	Code string `json:"code,omitzero"`
	// Delay is how long timeout, slow_body and late take, unless the caller leaves
	// earlier; 0: 5 minutes. After a timeout the connection is closed.
	Delay Duration `json:"delay,omitzero"`
	// Location is where a redirect points; absent: https://elsewhere.invalid
	// with the same path.
	Location string `json:"location,omitzero"`
	// RetryAfter is the Retry-After header, word for word; for throttle.
	RetryAfter string `json:"retry_after,omitzero"`
}

// An Outage is a time during which every request fails.
type Outage struct {
	// From and Until are times since the start; Until is required.
	From  Duration `json:"from,omitzero"`
	Until Duration `json:"until,omitzero"`
	// Kind is system_error (default), reset, eof, timeout or html (status 503).
	Kind FaultKind `json:"kind,omitzero"`
}

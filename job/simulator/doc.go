// Package simulator is the documented DingTalk API inside the program: the server of
// notifyaudit simulate and --simulator, and the tests' double.
//
// It is written from the vendor's pages of privateChatMessages/query,
// groupMessages/query and oToMessages/readStatus, from those of the three token
// calls, and from what has been observed on the wire. It shares no type with the
// client in job/dingtalk: a mistake on one side can't be repeated on the other. The
// fixtures in testdata/api bind both to the pages.
//
// A Simulator is an http.Handler. RoundTripper gives the same server without a
// network: latency passes on timers, so in a bubble of testing/synctest hours take
// no time and every instant is exact.
//
// What is answered can be described by a package scenario. Without one, any app key
// with a secret gets a token, a third-party or a unified app for any organisation.
// Every key is answered, and its readers are drawn from a hash of the key: among
// Options.People, or made-up ids user0001, user0002 … A one_to_one message went to
// at most 20 of them. The only limit is that 10,000 requests in 20 s ban the caller
// for 5 minutes.
//
// Nothing is random: every draw is a hash of the seed, the message, the page and the
// attempt, so a run repeats exactly in whatever order its requests come in.
//
// # Not promised
//
// Where no source says what the platform does, the simulator does one thing of
// several, and a client must not rely on it: without maxResults a page has 50 ids;
// the last page has no nextToken; ids come in no order; a nextToken is valid without
// end unless the scenario bounds it; a ban is answered with status 200, a wrong suite
// ticket or organisation as a wrong secret, and a one_to_one key whose 24 hours are
// over as processQueryKey.expireTime.
package simulator

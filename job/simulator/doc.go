// Package simulator is the documented DingTalk API in a process of one's own:
// the product's practice ground (notifyaudit simulate, --simulator) and the
// tests' double.
//
// It is written from the vendor's pages of privateChatMessages/query, its
// siblings groupMessages/query and oToMessages/readStatus, and the three token
// calls, and from what has been observed on the wire, and shares no type with the client in
// job/dingtalk, so that one mistake can't be made on both sides and cancel
// itself out. The fixtures in testdata/api bind both to the page.
//
// A Simulator is an http.Handler, and RoundTripper gives the same server without
// a network: latency passes on timers, so in a bubble of testing/synctest hours
// take no time and every instant is exact.
//
// # Without a scenario
//
// Any app key with a secret gets a token, a third-party or a unified app for any
// organisation; every key is answered, and its readers are drawn from a hash of
// the key: among Options.People, or made-up ids user0001, user0002 … A
// one_to_one message went to at most 20 of them. Nothing is limited, save that 10,000 requests in 20 s ban
// the caller for 5 minutes.
//
// # With a scenario
//
// Package scenario describes what can be answered instead.
//
// Nothing is random: every draw is a hash of the seed, the message, the page and
// the attempt, so that a run repeats exactly whatever order its requests come in.
//
// # Not promised
//
// What no source settles is one choice among several: without maxResults a page
// has 50 ids, the last page has no nextToken, ids come in no order, a nextToken
// has no end unless the scenario bounds it, a ban is answered with status
// 200, a wrong suite ticket or organisation as a wrong secret, and a one_to_one
// key whose 24 hours are over as processQueryKey.expireTime. A client must not
// rely on any of it.
package simulator

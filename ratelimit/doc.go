// Package ratelimit keeps a client under the limit of an API it doesn't own,
// and out of the way of an API that is down.
//
// A Limiter stands for one credential. Its Transport is an http.RoundTripper
// that makes every attempt wait for a slot, for the spacing between requests and
// for an open gate. A Call adds the policies for go-retryablehttp, which count
// what is worth counting. Both work alone.
//
// # The promise
//
// There are RequestsPerSecond slots. A slot comes free one second after its
// response, less the shortest round trip seen of requests like it. While latency is
// steady and under a second that is the full rate, and the server sees at most the
// limit in any second. The more round trips vary, the less is subtracted: 5 ms of
// jitter cost 2 % of the rate.
//
// Latency that shifts from the way out to the way back can break the promise: what
// left late arrives together with what left early. When 400 ms of a round trip
// shift at once, 27 requests arrive in a second at a limit of 20. The server then
// throttles, nothing is subtracted any more, and from there on the limit holds
// whatever latency does, at rate / (1 s + round trip).
//
// Requests are spaced evenly, those that are less than 10 ms apart in trains as long
// as that. A chain of requests that come one after the other, each with the priority
// of how many are left, decides how long everything takes when it is long: while the
// next one of a chain is due, those of shorter chains leave it a place.
//
// What is not promised: anything about requests of other programs with the same
// credential, nor an answer. A server that stays silent ends in ErrGaveUp.
//
// # The gate
//
// It shuts for all requests after a throttle answer, a ban, or an outage: failures of
// several subjects in a row, or many answers alike that aren't the server's own. One
// request at a time then goes through as a probe, and reopens it. A probe repeats the
// last request that was answered well, if there is one: a few subjects that always
// fail are told from an outage at the price of a call.
package ratelimit

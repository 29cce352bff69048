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
// response, less the shortest round trip seen: while latency is steady and under
// a second that is the full rate, and the server sees at most the limit in any
// second. Less is subtracted the more round trips vary (2026-11-23: the shortest
// alone was throttled in most runs with a few milliseconds of jitter, since the
// first two requests of a slot need only differ by one). Latency that shifts
// between the two directions can still break it; then the server throttles,
// nothing is subtracted any more, and from there on the limit holds whatever the
// latency does, at rate / (1 s + round trip).
//
// What is not promised: anything about requests of other programs with the same
// credential, nor an answer. A server that stays silent ends in ErrGaveUp.
//
// # The gate
//
// It shuts for everybody after a throttle answer, a ban, or an outage. One
// request at a time then goes through as a probe, and reopens it. A probe
// repeats the last request that was answered well, if there is one: a few
// subjects that are dead for good are told from an outage at the price of a call.
package ratelimit

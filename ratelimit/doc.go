// Package ratelimit keeps a client under the limit of an API it doesn't own,
// and out of the way of an API that is down.
//
// A Limiter stands for one credential. Its Transport is an http.RoundTripper
// that makes every attempt wait for a slot, for the spacing between requests and
// for an open gate. A Call has the retry policies for go-retryablehttp; throttled
// attempts don't count as retries. Either works without the other.
//
// # The promise
//
// There are RequestsPerSecond slots. A slot comes free one second after its
// response, less the shortest round trip seen of requests like it. While latency is
// steady and under a second that is the full rate, and the server sees at most the
// limit in any second. The more round trips vary, the less is subtracted: 5 ms of
// jitter cost 2 % of the rate.
//
// Latency that shifts from requests to responses can break the promise: requests that
// left late then arrive together with requests that left early. If 400 ms of a round
// trip shift at once, 27 requests arrive in a second at a limit of 20. The server then
// throttles one, nothing is subtracted from then on, and the limit holds whatever the
// latency does, at rate / (1 s + round trip).
//
// Requests are spaced evenly; at more than 100 requests a second they leave in batches
// every 10 ms. A long chain, whose requests follow one another, bounds the duration of
// the whole run: the priority of each of its requests is how many are left, and while
// the next one is due, requests of shorter chains leave a slot for it.
//
// Nothing is promised about other programs that use the same credential, nor that an
// answer comes: if the server stays silent, requests end with ErrGaveUp.
//
// # The gate
//
// It shuts for all requests after a throttle answer, a ban, or an outage: failures of
// several subjects in a row, or many identical answers that aren't the server's own.
// Then one request at a time passes as a probe; a good answer reopens the gate. A probe
// repeats the last request that was answered well, if there is one: at the cost of a
// call this tells an outage from a few subjects that always fail.
package ratelimit

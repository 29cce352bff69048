// Package snapshot keeps an audit's results as of one instant: they are computed
// once, and reports then read them as often as they need to, without reading the
// tables of messages and the state again.
//
// Its form is private to the process that makes it.
package snapshot

//go:build race

package longtest

// UnderRace reports whether the race detector looks at the tests. It finds nothing
// in the program that `go build` makes, takes memory of its own, and has sync.Pool
// drop values at random.
const UnderRace = true

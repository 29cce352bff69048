//go:build race

package cli_test

// underRace reports whether the race detector looks at the tests. It has nothing
// to find in the program that `go build` makes, and takes memory of its own.
const underRace = true

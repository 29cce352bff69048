package state

import "time"

// OpenOptions say how a database opens a state. The zero value opens one that exists,
// for recording.
type OpenOptions struct {
	// Create starts from nothing where nothing is: the file with its folders, or the
	// schema.
	Create bool
	// ReadOnly leaves no trace: it makes, migrates and records nothing, and sees the
	// state as it is at one instant. Where there is no state, opening fails with
	// [ErrNoState].
	ReadOnly bool
	// LockTimeout is how long others are waited for: a process that makes or migrates a
	// file, for which 0 doesn't wait; a server that can't be reached; and another program
	// that holds the file or the tables, for which some seconds are waited in any case.
	LockTimeout time.Duration
	// Simulated marks a state that is made now as the simulator's; see [DB.Simulated].
	Simulated bool
}

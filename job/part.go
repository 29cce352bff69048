package job

// A Part is what an aggregate report shows of the people of a message, or of
// several messages put together, who belong to one group: enough different people
// that none of them can be told.
type Part struct {
	// Group is the group's name; "" is everybody else.
	Group string
	// Counts are the figures of the part; some are withheld where it is in a Bundle.
	Counts Counts
	// People stand for the different people and are no user ids: the same one
	// stands for the same person in all results. Sized says that there are more,
	// known by number only.
	People []string
	Sized  bool
	// Bundle is what the part's exact figures are withheld for; nil when they are
	// shown.
	Bundle *Bundle
}

// A Bundle is parts whose sum is shown and none of which is shown alone: in one of
// them almost everybody has read, or almost nobody.
type Bundle struct {
	// Parts is how many there are.
	Parts int
	// Read and Known are sums over them: who has read, and whose state is known.
	Read, Known int
}

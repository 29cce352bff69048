package report

// A Headline is what the figures mean, in sentences that are the same in every form.
type Headline struct {
	// Sentences say how many have read, how many people to remind, what has changed, and
	// of how many recipients there are data.
	Sentences []string
	// Verdict says in words how far the figures can be relied on, which is Trust.
	Trust   Trust
	Verdict string
}

// Trust is how far figures can be relied on.
type Trust string

// The degrees of trust: everything is known; a little is not; so much is not that no
// conclusion holds.
const (
	TrustFull   Trust = "complete"
	TrustMost   Trust = "almost_complete"
	TrustLittle Trust = "incomplete"
)

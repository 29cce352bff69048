package problems

// askOf returns who can mend a problem: "hr", "it", "sender" or "nobody".
func askOf(problem string) string {
	switch problem {
	case "nameless", "not_delivered":
		return "hr"
	case "wrong_roster", "contradictory", "outside", "pending_long":
		return "sender"
	case "lost", "frozen", "purged", "pending", "recalled", "aggregate", "pooled", "erased", "guarded":
		return "nobody"
	default:
		return "it"
	}
}

package checks

// A Metric is a figure that checks and outputs refer to, for the reference.
type Metric struct{ Name, About string }

// Metrics are all figures.
func Metrics() []Metric {
	docs := map[string]string{
		"read_rate":     "read / (read + unread), from 0 to 1",
		"read":          "recipients who have read it",
		"unread":        "recipients who have not, where there is a reading",
		"audience_size": "recipients",
		"coverage":      "the share of recipients of whom something is known, from 0 to 1",
		"reading_age":   "hours since the latest reading; of several messages the oldest. Messages that are never asked again (settled, frozen, recalled) have none",
		"status":        "the message's, or the one that all have",
		"messages":      "how many there are",
	}
	var all []Metric
	for _, name := range append(metricNames(), countNames()...) {
		about, known := docs[name]
		if !known {
			about = "how many messages have this status"
		}
		all = append(all, Metric{Name: name, About: about})
	}
	return all
}

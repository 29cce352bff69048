package headline

import (
	"cmp"
	"slices"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

const (
	// narrow is how far the bounds of a share may lie apart to be told as one.
	narrow = 0.1
	// leastCampaigns is how many others it takes to say what is usual.
	leastCampaigns = 3
)

// usual compares the campaign that was sent last with the others at the same age, the
// greatest that it has reached; nothing where too little is known of them.
func (h *writer) usual() string {
	all := h.figures.Campaigns
	var latest *metrics.Campaign
	for i := range all {
		if c := &all[i]; !c.Speed.SentAt.IsZero() && (latest == nil || c.Speed.SentAt.After(latest.Speed.SentAt)) {
			latest = c
		}
	}
	if latest == nil {
		return ""
	}
	ages := metrics.Ages()
	for age := range slices.Backward(ages[:]) {
		share, known := told(latest, age)
		if !known {
			continue
		}
		var others []float64
		for i := range all {
			if other, known := told(&all[i], age); known && &all[i] != latest {
				others = append(others, other)
			}
		}
		if len(others) < leastCampaigns {
			continue
		}
		w := h.words
		return w.Say("headline.usual", w.Span(ages[age]), w.Percent(round(share)), h.title(latest), w.Percent(round(median(others))))
	}
	return ""
}

// title is what people know a campaign by.
func (h *writer) title(c *metrics.Campaign) string {
	return report.CleanText(cmp.Or(h.in.CampaignTitles[c.Name], c.CommonTitle(), c.Name))
}

// told is the middle of a narrow share.
func told(c *metrics.Campaign, age int) (float64, bool) {
	least, most, known := c.Speed.Share(age)
	return (least + most) / 2, known && most-least <= narrow
}

// round leaves whole per cents: the middle of two bounds is no more exact.
func round(share float64) float64 { return float64(int(share*100+0.5)) / 100 }

func median(all []float64) float64 {
	slices.Sort(all)
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle]
	}
	return (all[middle-1] + all[middle]) / 2
}

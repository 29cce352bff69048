package manifest

import (
	"maps"
	"slices"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/messages"
)

// decodeCampaigns reads what people know the campaigns by.
func (m *Manifest) decodeCampaigns(bs lang.Blocks) {
	m.CampaignTitles = make(map[string]string, len(bs))
	hidden := m.program.Diags.HasErrors()
	for _, b := range bs {
		a := m.program.Args(b)
		if !a.Require("title", `It is what people know the campaign by, as in "Payslips, November".`) {
			continue
		}
		m.CampaignTitles[b.Name()] = a.Text("title", "")
		if p := unknownCampaign(b.Name(), m.messages); p != nil && !hidden {
			m.program.Diags.FailAt(b.LabelAt, p)
		}
	}
}

// campaigns are the names in an argument, which messages must have.
func campaigns(a *lang.Args, set *messages.Set) []string {
	names, hidden := a.Texts("campaigns"), a.Program().Diags.HasErrors()
	for _, name := range names {
		if p := unknownCampaign(name, set); p != nil && !hidden {
			a.FailAt("campaigns", p)
		}
	}
	return names
}

// unknownCampaign says that no message belongs to a campaign, unless there are too many
// campaigns to remember. Mistakes may hide some.
func unknownCampaign(name string, set *messages.Set) *diag.Problem {
	known, all := set.Campaigns()
	if !all || known[name] {
		return nil
	}
	names := slices.Sorted(maps.Keys(known))
	const most = 20
	lead := "The campaigns are"
	if len(names) > most {
		lead, names = "Among the campaigns are", names[:most]
	}
	return diag.Problemf("Unknown campaign", "No message belongs to a campaign %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, names, lead))
}

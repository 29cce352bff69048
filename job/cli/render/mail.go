package render

import (
	"notifyaudit/job/manifest"
	"notifyaudit/report"
	"notifyaudit/report/mail"
	"notifyaudit/report/sheets"
)

// Mail returns a report's summary as the body of a mail, with the report's campaigns and
// with as much of people as it shows. The lead stands above it, a paragraph each.
func Mail(in report.Input, r manifest.Report, lead ...string) (mail.Body, error) {
	in.Privacy = PrivacyOf(r)
	book, err := sheets.Build(in, sheets.Options{Sheets: mail.Sheets(), Campaigns: r.Campaigns, Segments: r.Segments})
	if err != nil {
		return mail.Body{}, err
	}
	return mail.Write(book, lead...)
}

package ooxml

import "time"

// epoch is 1970 in days of the 1900 date system, in which day 60 is a 29th of
// February 1900 that did not exist.
const (
	epoch     = 25569
	dayLength = 24 * 60 * 60
	firstDay  = 61      // 1900-03-01
	lastDay   = 2958466 // the day after 9999-12-31
)

// Serial returns the wall clock of a time as the number of days that a spreadsheet
// shows as a date, to the second. It is false for a time before 1900-03-01 or after
// 9999-12-31, which spreadsheets disagree on or can't show.
func Serial(t time.Time) (float64, bool) {
	_, offset := t.Zone()
	days := epoch + float64(t.Unix()+int64(offset))/dayLength
	return days, days >= firstDay && days < lastDay
}

// Package ooxml completes the workbooks that excelize lays out: it takes their
// parts before they are zipped, corrects and adds what excelize has no call for,
// and zips them while bulk rows are streamed into the worksheets.
//
// It depends on the exact XML that excelize writes. Each dependence is checked,
// and an error comes before the first byte is written.
package ooxml

package report

// GuardedFinding says that cells of the CSV files, in these columns, got a
// leading ' lest a spreadsheet take them for formulas.
func GuardedFinding(cells int, columns string, lang Language) Finding {
	w := newWords(lang, nil)
	return Finding{
		Severity: SeverityInfo, What: w.say("problem.guarded"), Count: cells,
		Examples: columns, Do: w.say("do.guarded"),
	}
}

// SeverityLabel is a severity as the sheet of problems writes it.
func SeverityLabel(severity string, lang Language) string {
	return newWords(lang, nil).say("severity." + severity)
}

package help

// An Example is a command line to copy.
type Example struct {
	Line, About string
}

// Examples returns the examples of each command, by its full name.
func Examples() map[string][]Example {
	return map[string][]Example{
		"init":     {{"notifyaudit init", "a first manifest in this folder"}},
		"validate": {{"notifyaudit validate", ""}, {"notifyaudit validate -json", "for an editor or a pipeline"}},
		"fmt":      {{"notifyaudit fmt", "puts every manifest file of the folder in order"}, {"notifyaudit fmt -check -diff", "in a pipeline: exits with 3 where something is to be done"}},
		"plan": {
			{"notifyaudit plan", "what an apply would ask, and why"},
			{"notifyaudit plan -detailed-exitcode", "exits with 2 when there is something to ask"},
			{"notifyaudit plan -target message.benefits -refresh=false", ""},
		},
		"apply": {
			{"notifyaudit apply", "asks for a yes first"},
			{"notifyaudit apply -auto-approve -lock-timeout 5m", "in a CronJob"},
			{`notifyaudit apply -replace 'messages.payslips["row-7"]'`, "asks one message again, whatever the state says"},
			{"notifyaudit --simulator apply -auto-approve", "without a credential, on the embedded API"},
		},
		"query": {
			{"notifyaudit query -kind group -audience staff.csv -o read.xlsx pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=", "who has read one notice, as a workbook"},
			{"notifyaudit query -", "paste keys, then press Ctrl-D"},
			{"notifyaudit query -audience 120 keys.txt", "keys from a file; how many people each went to"},
			{"notifyaudit --simulator query -audience 12 -kind group K1 K2", "a trial on the embedded API"},
		},
		"doctor": {{"notifyaudit doctor", ""}, {"notifyaudit doctor -lock-timeout 10m", "waits for a run to end"}},
		"show":   {{"notifyaudit show", ""}, {"notifyaudit show -json", "the figures for another program"}},
		"report": {
			{"notifyaudit report", "writes the manifest's reports again"},
			{"notifyaudit report -format excel -o read.xlsx", ""},
		},
		"deliver":    {{"notifyaudit deliver", "what a mail server did not take"}},
		"state":      {{"notifyaudit state list", ""}, {"notifyaudit help state mv", "the flags and examples of one of its commands"}},
		"state list": {{"notifyaudit state list", ""}, {"notifyaudit state list -json messages.payslips", "those of one block, with their identities"}},
		"state show": {{"notifyaudit state show message.benefits", ""}},
		"state rm": {
			{"notifyaudit state rm message.benefits", "asks for a yes first"},
			{"notifyaudit state rm -auto-approve messages.payslips", "a whole block"},
		},
		"state mv": {
			{"notifyaudit state mv dingtalk dingtalk.hr", "after the provider got the alias hr"},
			{"notifyaudit state mv message.benefits message.benefits_q4", ""},
		},
		"state export": {{"notifyaudit state export -o audit.jsonl", "a backup, also of a run that is going on"}},
		"state import": {{"notifyaudit state import audit.jsonl", ""}, {"notifyaudit --data-dir restored state import audit.jsonl", "beside the old one"}},
		"state purge": {
			{"notifyaudit state purge -before 2026-05-01", "asks for a yes first"},
			{"notifyaudit state purge -auto-approve -before 180d", "what retention does after each apply"},
		},
		"state person":        {{"notifyaudit help state person erase", "the flags and examples of one of its commands"}},
		"state person export": {{"notifyaudit state person export -o u1.json u1", "to answer the person"}},
		"state person erase":  {{"notifyaudit state person erase u1", "asks for a yes first"}},
		"simulate":            {{"notifyaudit simulate -listen 127.0.0.1:8080 -scenario simulator.json", ""}},
		"version":             {{"notifyaudit version -json", ""}},
		"completion":          {{"source <(notifyaudit completion bash)", "in this shell"}},
		"help":                {{"notifyaudit help apply", ""}, {"notifyaudit help exit-status", ""}, {"notifyaudit help man > notifyaudit.1", "the manual page"}},
	}
}

package manifest_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// TestMistakes makes one mistake at a time and expects one diagnostic for it.
// The line is that of main.audit.hcl unless another file is named; text follows
// the provider block in a file of its own, so it begins at line 1.
func TestMistakes(t *testing.T) {
	tests := []struct {
		name string
		text string
		// files are added to the folder.
		files map[string]string
		// place is "file:line", want the summary, and each of says is in the
		// detail.
		place, want string
		says        []string
		// snippet is in the snippet.
		snippet string
	}{
		{
			name: "unknown block", text: `mesage "a" {}`,
			place: "main.audit.hcl:1", want: "Unsupported block type", says: []string{`Did you mean "message"?`}, snippet: `mesage "a" {}`,
		},
		{
			name: "unknown block far from any", text: `zebra {}`,
			place: "main.audit.hcl:1", want: "Unsupported block type", says: []string{"The blocks of a manifest are audit, variable"},
		},
		{
			name: "argument outside of a block", text: `title = "x"`,
			place: "main.audit.hcl:1", want: "Argument outside of a block", says: []string{"audit { … }"},
		},
		{
			name: "unknown argument", text: message(`titel = "x"`),
			place: "main.audit.hcl:3", want: "Unsupported argument", says: []string{`Did you mean "title"?`},
		},
		{
			name: "unknown argument far from any", text: "audit {\n  zebra = 1\n}",
			place: "main.audit.hcl:2", want: "Unsupported argument", says: []string{"A block audit takes title, language, timezone, retention, findings, compare, refresh and backend."},
		},
		{
			name: "unknown inner block", text: "audit {\n  refesh {}\n}",
			place: "main.audit.hcl:2", want: "Unsupported block type", says: []string{`Did you mean "refresh"?`},
		},
		{
			name: "campaign of no message", text: message("") + "\ncampaign \"工资单\" {\n  title = \"x\"\n}",
			place: "main.audit.hcl:5", want: "Unknown campaign", says: []string{"No message belongs to a campaign"},
		},
		{
			name: "campaign without a title", text: message(`campaign = "pay slips"`) + "\ncampaign \"pay slips\" {}",
			place: "main.audit.hcl:5", want: "Missing required argument", says: []string{"what people know the campaign by"},
		},
		{
			name: "label missing", text: "message {}",
			place: "main.audit.hcl:1", want: "Label missing", says: []string{`message "…" { … }`},
		},
		{
			name: "too many labels", text: `audit "x" {}`,
			place: "main.audit.hcl:1", want: "Too many labels", says: []string{"audit { … }"},
		},
		{
			name: "name with a space", text: `message "a b" { process_query_key = "k" }`,
			place: "main.audit.hcl:1", want: "Invalid name", says: []string{`"a b"`},
		},
		{
			name: "unclosed block", text: "audit {\n  title = \"x\"\n",
			place: "main.audit.hcl:1", want: "Closing brace missing",
		},
		{
			name: "quotation mark missing", text: "audit {\n  title = \"x\n}\n",
			place: "main.audit.hcl:2", want: "Quotation mark missing",
		},
		{
			name: "argument set twice", text: "audit {\n  title = \"x\"\n  title = \"y\"\n}\n",
			place: "main.audit.hcl:3", want: "Argument set twice",
		},
		{
			name: "two blocks with one name", text: message("") + "\n" + message(`kind = "group"`),
			place: "main.audit.hcl:5", want: "Two blocks with one name", says: []string{"main.audit.hcl:1"},
		},
		{
			name: "two audit blocks", text: "audit {}\naudit {}",
			place: "main.audit.hcl:2", want: "Two audit blocks", says: []string{"main.audit.hcl:1"},
		},
		{
			name: "language", text: "audit {\n  language = \"zh-cn\"\n}",
			place: "main.audit.hcl:2", want: "Unknown language", says: []string{`Did you mean "zh-CN"?`},
		},
		{
			name: "time zone", text: "audit {\n  timezone = \"Shanghai\"\n}",
			place: "main.audit.hcl:2", want: "Unknown time zone", says: []string{"Asia/Shanghai"},
		},
		{
			name: "duration", text: "audit {\n  refresh {\n    after = \"1 hour\"\n  }\n}",
			place: "main.audit.hcl:3", want: "Unsuitable duration", says: []string{`"30d"`},
		},
		{
			name: "number out of range", text: "audit {\n  refresh {\n    age = -1\n  }\n}",
			place: "main.audit.hcl:3", want: "Number out of range",
		},
		{
			name: "wrong type", text: "audit {\n  title = [\"x\"]\n}",
			place: "main.audit.hcl:2", want: "Unsuitable value", says: []string{"title"},
		},
		{
			name: "state outside of the folder", text: "audit {\n  backend \"sqlite\" { path = \"../audit.db\" }\n}",
			place: "main.audit.hcl:2", want: "Path outside of the data folder", says: []string{"--data-dir"},
		},
		{
			name: "unknown backend", text: "audit {\n  backend \"sqlte\" {}\n}",
			place: "main.audit.hcl:2", want: "Unknown backend", says: []string{`Did you mean "sqlite"?`},
		},
		{
			name: "database without a url", text: "audit {\n  backend \"postgres\" {}\n}",
			place: "main.audit.hcl:2", want: "Missing required argument", says: []string{"url", "var.database_url"},
		},
		{
			name: "no url of a database", text: "audit {\n  backend \"postgres\" { url = \"mysql://u:s3cret@h/d\" }\n}",
			place: "main.audit.hcl:2", want: "Not the URL of a database", says: []string{"postgres://", "%XX"},
		},
		{
			name: "no port of a database", text: "audit {\n  backend \"postgres\" { url = \"postgres://u:s3cret@a:5432,b:99999/d\" }\n}",
			place: "main.audit.hcl:2", want: "Not the URL of a database", says: []string{"65535"},
		},
		{
			name: "a password of digits that stands in the port's place", text: "audit {\n  backend \"postgres\" { url = \"postgres://u:1234/5@h/d\" }\n}",
			place: "main.audit.hcl:2", want: "Not the URL of a database", says: []string{"%XX"},
		},
		{
			name: "a password that breaks its url", text: "audit {\n  backend \"postgres\" { url = \"postgres://u:s%3cr/et@h:x/d\" }\n}",
			place: "main.audit.hcl:2", want: "Not the URL of a database",
		},
		{
			name: "unsuitable schema", text: "audit {\n  backend \"postgres\" {\n    url = \"host=h dbname=d\"\n    schema = \"HR audit\"\n  }\n}",
			place: "main.audit.hcl:4", want: "Unsuitable schema", says: []string{"small letters"},
		},
		{
			name: "path of a database", text: "audit {\n  backend \"postgres\" {\n    url = \"host=h dbname=d\"\n    path = \"x\"\n  }\n}",
			place: "main.audit.hcl:4", want: "Unsupported argument", says: []string{"url, schema and create"},
		},
		{
			name: "undeclared variable", text: message("title = var.titel") + "\n" + `variable "title" { default = "x" }`,
			place: "main.audit.hcl:3", want: "Undeclared reference", says: []string{`Did you mean "title"?`},
		},
		{
			name: "undeclared local", text: message("title = local.x"),
			place: "main.audit.hcl:3", want: "Undeclared reference", says: []string{"There is no local value"},
		},
		{
			name: "unquoted text", text: message("title = hello"),
			place: "main.audit.hcl:3", want: "Undeclared reference", says: []string{"A text is written in quotation marks."},
		},
		{
			name: "reference out of place", text: message("title = audience.staff"),
			place: "main.audit.hcl:3", want: "Reference out of place",
		},
		{
			name: "run out of place", text: message("title = run.date"),
			place: "main.audit.hcl:3", want: "Reference out of place", says: []string{"paths of reports"},
		},
		{
			name: "locals in a circle", text: "locals {\n  a = local.b\n  b = local.a\n}",
			place: "main.audit.hcl:2", want: "Locals in a circle", says: []string{"local.a → local.b → local.a"},
		},
		{
			name: "two locals with one name", text: "locals {\n  a = 1\n}\nlocals {\n  a = 2\n}",
			place: "main.audit.hcl:5", want: "Two locals with one name", says: []string{"main.audit.hcl:2"},
		},
		{
			name: "unknown function", text: message(`title = uper("x")`),
			place: "main.audit.hcl:3", want: "Call to unknown function", says: []string{`Did you mean "upper"?`},
		},
		{
			name: "variable without a value", text: `variable "x" { type = string }`,
			place: "main.audit.hcl:1", want: "No value for a variable", says: []string{"NOTIFYAUDIT_VAR_x_FILE", "-var 'x=…'"},
		},
		{
			name: "default of another type", text: "variable \"x\" {\n  type = number\n  default = \"abc\"\n}",
			place: "main.audit.hcl:3", want: "Unsuitable value", says: []string{"a number is required"},
		},
		{
			name: "type", text: "variable \"x\" {\n  type = text\n  default = \"abc\"\n}",
			place: "main.audit.hcl:2", want: "Invalid type specification",
		},
		{
			name: "validation", text: "variable \"x\" {\n  default = 5\n  validation {\n    condition = var.x > 9\n    error_message = \"x is above nine\"\n  }\n}",
			place: "main.audit.hcl:1", want: "Invalid value for a variable", says: []string{"x is above nine"},
		},
		{
			name: "nothing nullable", text: "variable \"x\" {\n  default = null\n  nullable = false\n}",
			place: "main.audit.hcl:2", want: "Unsuitable default",
		},
		{
			name: "unknown provider block", text: `provider "dingding" {}`,
			place: "main.audit.hcl:1", want: "Unknown provider", says: []string{"dingtalk"},
		},
		{
			name: "two providers with one name", text: `provider "dingtalk" { access_token = var.app_secret }`,
			place: "provider.audit.hcl:2", want: "Two providers with one name", says: []string{"main.audit.hcl:1", "alias"},
		},
		{
			name: "credential missing", text: "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_key = \"x\"\n}",
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"app_secret"},
		},
		{
			name: "two credentials", text: "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_key = \"x\"\n  access_token = var.app_secret\n}",
			place: "main.audit.hcl:3", want: "Two credentials",
		},
		{
			name: "empty secret", text: "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_key = \"x\"\n  app_secret = var.e\n}\nvariable \"e\" { default = \"\" }",
			place: "main.audit.hcl:4", want: "Empty value", says: []string{"app_secret"},
		},
		{
			name: "plain http", text: hr(`endpoint = "http://api.dingtalk.io"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint", says: []string{"https", "loopback"},
		},
		{
			name: "endpoint with a path", text: hr(`endpoint = "https://api.dingtalk.io/v1.0"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint", says: []string{`"https://api.dingtalk.io"`},
		},
		{
			name: "endpoint with a user", text: hr(`endpoint = "https://u:canary-pw@api.dingtalk.io"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint",
		},
		{
			name: "no address", text: hr(`endpoint = "api.dingtalk.io"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint", says: []string{"https://api.dingtalk.com"},
		},
		{
			name: "endpoint with no port", text: hr(`endpoint = "https://api.dingtalk.io:99999"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint", says: []string{"port", "65535"},
		},
		{
			name: "endpoint with a host that is none", text: hr(`endpoint = "https://api,dingtalk.io"`),
			place: "main.audit.hcl:4", want: "Unsuitable endpoint", says: []string{"host"},
		},
		{
			name: "rate", text: hr("limit {\n    requests_per_second = 0\n  }"),
			place: "main.audit.hcl:5", want: "Number out of range", says: []string{"1 to 500"},
		},
		{
			name: "retention under a day", text: "audit {\n  retention = \"23h\"\n}",
			place: "main.audit.hcl:2", want: "Duration out of range", says: []string{`at least "1d"`}, snippet: "23h",
		},
		{
			name: "compare is of whole days", text: "audit {\n  compare = \"36h\"\n}",
			place: "main.audit.hcl:2", want: "Duration out of range", says: []string{`compare is a number of days from "1d" to "3660d".`},
		},
		{
			name: "retention that is no duration", text: "audit {\n  retention = \"half a year\"\n}",
			place: "main.audit.hcl:2", want: "Unsuitable duration", says: []string{`"30d"`},
		},
		{
			name: "reserve takes all", text: hr("limit {\n    reserve = 5000\n  }"),
			place: "main.audit.hcl:5", want: "Nothing left to spend",
		},
		{
			name: "backoffs reversed", text: hr("retry {\n    min_backoff = \"2m\"\n  }"),
			place: "main.audit.hcl:5", want: "Backoffs reversed",
		},
		{
			name: "proxy", text: hr(`proxy_url = "proxy.example.com"`),
			place: "main.audit.hcl:4", want: "Unsuitable proxy",
		},
		{
			name: "proxy with no port", text: hr(`proxy_url = "socks5://proxy.example.com:70000"`),
			place: "main.audit.hcl:4", want: "Unsuitable proxy", says: []string{"port"},
		},
		{
			name: "proxy without a host", text: hr(`proxy_url = "http://:3128"`),
			place: "main.audit.hcl:4", want: "Unsuitable proxy", says: []string{"host"},
		},
		{
			name: "ca_file missing", text: hr(`ca_file = "ca.pem"`),
			place: "main.audit.hcl:4", want: "File not readable", says: []string{"relative to the manifest's folder"},
		},
		{
			name: "message's unknown provider", text: message("provider = dingtalk.hr"),
			place: "main.audit.hcl:3", want: "Unknown provider", says: []string{"dingtalk.hr", `"dingtalk"`},
		},
		{
			name: "provider as a text", text: message(`provider = "dingtalk"`),
			place: "main.audit.hcl:3", want: "Unknown provider", says: []string{"without quotation marks"},
		},
		{
			name: "key missing", text: `message "a" { title = "x" }`,
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"process_query_key"},
		},
		{
			name: "key null", text: "message \"a\" {\n  process_query_key = null\n}",
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"process_query_key"},
		},
		{
			name: "source null", text: "audience \"a\" {\n  source = null\n}",
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"staff.csv"},
		},
		{
			name: "secret null", text: "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_key = \"k\"\n  app_secret = null\n}",
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"app_secret"},
		},
		{
			name: "curly quotation marks", text: message("title = “x”"),
			place: "main.audit.hcl:3", want: "Invalid character", says: []string{"straight quotation marks"},
		},
		{
			name: "key empty", text: "message \"a\" {\n  process_query_key = \"\"\n}",
			place: "main.audit.hcl:2", want: "Key missing",
		},
		{
			name: "key too long", text: "message \"a\" {\n  process_query_key = \"" + strings.Repeat("k", 257) + "\"\n}",
			place: "main.audit.hcl:2", want: "Identifier too long", says: []string{"256"},
		},
		{
			name: "key with a control character", text: "message \"a\" {\n  process_query_key = \"a\\u0001b\"\n}",
			place: "main.audit.hcl:2", want: "Invisible character in an identifier", says: []string{`"ab"`},
		},
		{
			name: "kind", text: message(`kind = "gruop"`),
			place: "main.audit.hcl:3", want: "Unknown kind", says: []string{`Did you mean "group"?`},
		},
		{
			name: "time", text: message(`sent_at = "yesterday"`),
			place: "main.audit.hcl:3", want: "Unsuitable time", says: []string{"2026-11-20 09:00"},
		},
		{
			name: "target", text: message("target = 90"),
			place: "main.audit.hcl:3", want: "Unsuitable target", says: []string{"0.9"},
		},
		{
			name: "audience as a text", text: message(`audience = "staff"`),
			place: "main.audit.hcl:3", want: "Unsuitable audience", says: []string{"audience.staff"},
		},
		{
			name: "unknown audience", text: message("audience = audience.staf") + "\naudience \"staff\" {\n  user_ids = [\"u1\"]\n}",
			place: "main.audit.hcl:3", want: "Unknown audience", says: []string{`Did you mean "staff"?`},
		},
		{
			name: "negative audience", text: message("audience = -3"),
			place: "main.audit.hcl:3", want: "Number out of range",
		},
		{
			name: "empty user id", text: message(`not_delivered = ["u1", ""]`),
			place: "main.audit.hcl:3", want: "User id missing",
		},
		{
			name: "sensitive title", text: message("title = var.app_secret"),
			place: "main.audit.hcl:3", want: "Sensitive value", says: []string{"title"},
		},
		{
			name: "two messages with one identity", text: message("") + "\n" + strings.Replace(message(""), `"a"`, `"b"`, 1),
			place: "main.audit.hcl:5", want: "Two messages with one identity", says: []string{"main.audit.hcl:1"},
		},
		{
			name: "audience without a source", text: `audience "a" {}`,
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"staff.csv", "user_ids"},
		},
		{
			name: "audience with two sources", text: "audience \"a\" {\n  source = \"a.csv\"\n  user_ids = []\n}",
			place: "main.audit.hcl:3", want: "Two sources",
		},
		{
			name: "roster missing", text: staff,
			place: "main.audit.hcl:2", want: "File not readable", says: []string{`"staff.csv"`, "relative to the manifest's folder"},
		},
		{
			name: "roster outside of the folder", text: strings.Replace(staff, "staff.csv", "/etc/passwd", 1),
			place: "main.audit.hcl:2", want: "File not readable", says: []string{"--allow-dir"},
		},
		{
			name: "roster is a folder", text: staff, files: map[string]string{"staff.csv/x": ""},
			place: "main.audit.hcl:2", want: "File not readable", says: []string{"folder"},
		},
		{
			name: "roster of another format", text: strings.Replace(staff, "staff.csv", "staff.json", 1), files: map[string]string{"staff.json": "{}"},
			place: "main.audit.hcl:2", want: "File not readable", says: []string{".csv, .xlsx or .jsonl"},
		},
		{
			name: "roster is empty", text: staff, files: map[string]string{"staff.csv": ""},
			place: "main.audit.hcl:2", want: "File not readable", says: []string{"first row must name the columns"},
		},
		{
			name: "no user_id", text: staff, files: map[string]string{"staff.csv": "工号,name\nu1,A\n"},
			place: "main.audit.hcl:2", want: "Column missing", says: []string{"工号 and name", `columns = { user_id = "工号" }`},
		},
		{
			name: "user_id misspelt", text: staff, files: map[string]string{"staff.csv": "UserIDs,name\nu1,A\n"},
			place: "main.audit.hcl:2", want: "Column missing", says: []string{`Did you mean "UserIDs"?`, `columns = { user_id = "UserIDs" }`},
		},
		{
			name: "mapped column not found", text: "audience \"staff\" {\n  source = \"staff.csv\"\n  columns = { user_id = \"工号\" }\n}",
			files: map[string]string{"staff.csv": "staff no,name\nu1,A\n"},
			place: "main.audit.hcl:3", want: "Column not found", says: []string{"工号", "staff no and name"},
		},
		{
			name: "mapping of an unknown column", text: "audience \"staff\" {\n  source = \"staff.csv\"\n  columns = { dept = \"name\" }\n}",
			files: map[string]string{"staff.csv": "user_id,name\nu1,A\n"},
			place: "main.audit.hcl:3", want: "Unknown column", says: []string{`"dept"`},
		},
		{
			name: "user id missing in a row", text: staff, files: map[string]string{"staff.csv": "user_id,name\nu1,A\n,B\n"},
			place: "staff.csv:3", want: "User id missing", snippet: ",B",
		},
		{
			name: "date in a row", text: staff, files: map[string]string{"staff.csv": "user_id,left\nu1,soon\n"},
			place: "staff.csv:2", want: "Unsuitable date", says: []string{`"soon"`},
		},
		{
			name: "left before joining", text: staff, files: map[string]string{"staff.csv": "user_id,joined,left\nu1,2026-03-01,2026-02-01\n"},
			place: "staff.csv:2", want: "Left before joining",
		},
		{
			name: "ragged row", text: staff, files: map[string]string{"staff.csv": "user_id,name\nu1,x,y\n"},
			place: "staff.csv:2", want: "Row not readable", says: []string{"3 cells", "header has 2"},
		},
		{
			name: "source missing", text: "messages \"p\" {}",
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"source"},
		},
		{
			name: "no key column", text: rows(""), files: map[string]string{"rows.csv": "key,title\nk,t\n"},
			place: "main.audit.hcl:2", want: "Column missing", says: []string{"process_query_key", "key and title", "columns = {"},
		},
		{
			name: "key argument without a column", text: rows(`key = "employe"`), files: map[string]string{"rows.csv": "process_query_key,employee\nk,e\n"},
			place: "main.audit.hcl:3", want: "Column not found", says: []string{`Did you mean "employee"?`},
		},
		{
			name: "roster not found", text: rows("roster = audience.staff"), files: map[string]string{"rows.csv": "process_query_key\nk\n"},
			place: "main.audit.hcl:3", want: "Unknown audience",
		},
		{
			name: "key missing in a row", text: rows(""), files: map[string]string{"rows.csv": "process_query_key,title\nk,t\n,u\n"},
			place: "rows.csv:3", want: "Key missing", snippet: ",u",
		},
		{
			name: "identity twice in rows", text: rows(""), files: map[string]string{"rows.csv": "process_query_key\nk\nl\nk\n"},
			place: "rows.csv:4", want: "Two messages with one identity", says: []string{"rows.csv:2"}, snippet: "k",
		},
		{
			name: "address twice in rows", text: rows(`key = "who"`), files: map[string]string{"rows.csv": "process_query_key,who\nk,a\nl,a\n"},
			place: "rows.csv:3", want: "Two messages with one address", says: []string{"rows.csv:2"},
		},
		{
			name: "unknown provider in a row", text: rows(""), files: map[string]string{"rows.csv": "process_query_key,provider\nk,dingtalk.hr\n"},
			place: "rows.csv:2", want: "Unknown provider", says: []string{"dingtalk.hr"},
		},
		{
			name: "unknown report", text: `report "exel" { path = "a.xlsx" }`,
			place: "main.audit.hcl:1", want: "Unknown report", says: []string{`Did you mean "excel"?`},
		},
		{
			name: "absolute report", text: `report "json" { path = "/tmp/a.json" }`,
			place: "main.audit.hcl:1", want: "Path outside of the data folder",
		},
		{
			name: "report without a path", text: `report "csv" {}`,
			place: "main.audit.hcl:1", want: "Missing required argument", says: []string{"directory", "--data-dir"},
		},
		{
			name: "report by another end", text: `report "excel" { path = "a.xls" }`,
			place: "main.audit.hcl:1", want: "Unsuitable path", says: []string{".xlsx"},
		},
		{
			name: "two reports in one file", text: "report \"json\" { path = \"a.json\" }\nreport \"json\" \"b\" { path = \"./a.json\" }",
			place: "main.audit.hcl:2", want: "Two outputs in one place", says: []string{"main.audit.hcl:1"},
		},
		{
			name: "report's run", text: `report "json" { path = "${run.day}.json" }`,
			place: "main.audit.hcl:1", want: "Undeclared reference", says: []string{"run has no", "id, date and started_at"},
		},
		{
			name: "sheet", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  sheets = [\"unraed\"]\n}",
			place: "main.audit.hcl:3", want: "Unknown sheet", says: []string{`Did you mean "unread"?`},
		},
		{
			name: "campaign", text: message("") + "\nreport \"excel\" {\n  path = \"a.xlsx\"\n  campaigns = [\"b\"]\n}",
			place: "main.audit.hcl:7", want: "Unknown campaign",
		},
		{
			name: "channel", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  channel = \"worknotice\"\n}",
			place: "main.audit.hcl:3", want: "Unknown channel", says: []string{`Did you mean "work_notice"?`},
		},
		{
			name: "batch of a channel", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  channel = \"robot\"\n  batch = 21\n}",
			place: "main.audit.hcl:4", want: "Number out of range", says: []string{"from 1 to 20"},
		},
		{
			name: "headers", text: `report "csv" {` + "\n  directory = \"a\"\n  headers = \"label\"\n}",
			place: "main.audit.hcl:3", want: "Unknown headers", says: []string{`Did you mean "labels"?`},
		},
		{
			name: "mode", text: `report "csv" {` + "\n  directory = \"a\"\n  people = \"aggregat\"\n}",
			place: "main.audit.hcl:3", want: "Unknown mode", says: []string{`Did you mean "aggregate"?`},
		},
		{
			name: "minimum of a named report", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  minimum_group_size = 5\n}",
			place: "main.audit.hcl:3", want: "Without effect", says: []string{`people = "aggregate"`},
		},
		{
			name: "minimum of one", text: `report "json" {` + "\n  path = \"a.json\"\n  people = \"aggregate\"\n  minimum_group_size = 1\n}",
			place: "main.audit.hcl:4", want: "Number out of range", says: []string{"from 2"},
		},
		{
			name: "mode that went", text: `report "json" {` + "\n  path = \"a.json\"\n  people = \"pseudonymous\"\n}",
			place: "main.audit.hcl:3", want: "Unknown mode", says: []string{`The modes are named and aggregate`},
		},
		{
			name: "sheet of people", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  people = \"aggregate\"\n  sheets = [\"unread\"]\n}",
			place: "main.audit.hcl:4", want: "Sheet of people",
		},
		{
			name: "two segments without names", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  people = \"aggregate\"\n  segments = [\"department\", \"location\"]\n}",
			place: "main.audit.hcl:4", want: "Too many segments", says: []string{"subtracted"},
		},
		{
			name: "unknown segment", text: `report "excel" {` + "\n  path = \"a.xlsx\"\n  segments = [\"departement\"]\n}",
			place: "main.audit.hcl:3", want: "Unknown segment", says: []string{`Did you mean "department"?`},
		},
		{
			name:  "reports that divide people differently",
			text:  "report \"excel\" {\n  path = \"a.xlsx\"\n  people = \"aggregate\"\n}\nreport \"excel\" \"b\" {\n  path = \"b.xlsx\"\n  people = \"aggregate\"\n  segments = [\"location\"]\n}",
			place: "main.audit.hcl:8", want: "Two ways to divide people", says: []string{"main.audit.hcl:1"},
		},
		{
			name:  "two minimum group sizes",
			text:  "report \"excel\" {\n  path = \"a.xlsx\"\n  people = \"aggregate\"\n}\nreport \"json\" {\n  path = \"b.json\"\n  people = \"aggregate\"\n  minimum_group_size = 7\n}",
			place: "main.audit.hcl:8", want: "Two minimum group sizes", says: []string{"minimum_group_size = 5"},
		},
		{
			name: "unfinished expression", text: "audit {\n  title = 1 +\n}",
			place: "main.audit.hcl:2", want: "Invalid expression",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.audit.hcl": tt.text, "provider.audit.hcl": provider}
			maps.Copy(files, tt.files)
			m, diags := manifest.Load(t.Context(), options(folder(t, files)))
			if m != nil {
				t.Errorf("a manifest with a mistake was loaded")
			}
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, tt.says)
			if !strings.Contains(diags[0].Snippet, tt.snippet) {
				t.Errorf("got snippet %q, want %q in it", diags[0].Snippet, tt.snippet)
			}
		})
	}
}

func checkDiagnostic(t *testing.T, d manifest.Diagnostic, place, want string, says []string) {
	t.Helper()
	if got := fmt.Sprintf("%s:%d", d.File, d.Line); got != place {
		t.Errorf("got place %s, want %s: %v", got, place, d)
	}
	if d.Summary != want {
		t.Errorf("got summary %q, want %q", d.Summary, want)
	}
	for _, text := range says {
		if !strings.Contains(d.Detail, text) {
			t.Errorf("got detail %q, want %q in it", d.Detail, text)
		}
	}
	if d.Count < 1 {
		t.Errorf("got count %d", d.Count)
	}
}

func errorsOf(diags manifest.Diagnostics) manifest.Diagnostics {
	var errs manifest.Diagnostics
	for _, d := range diags {
		if d.Severity == manifest.SeverityError {
			errs = append(errs, d)
		}
	}
	return errs
}

// staff is an audience block whose source is in line 2.
const staff = "audience \"staff\" {\n  source = \"staff.csv\"\n}"

// message is a block with a further argument in line 3.
func message(argument string) string {
	return "message \"a\" {\n  process_query_key = \"k\"\n  " + argument + "\n}"
}

// rows is a messages block with a further argument in line 3.
func rows(argument string) string {
	return "messages \"p\" {\n  source = \"rows.csv\"\n  " + argument + "\n}"
}

// hr is a second provider with a further argument in line 4.
func hr(argument string) string {
	return "provider \"dingtalk\" {\n  alias = \"hr\"\n  access_token = var.app_secret\n  " + argument + "\n}"
}

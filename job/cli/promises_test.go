package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// promisesBegin stands right above the table of what is promised.
const promisesBegin = "<!-- promises -->\n"

// leastPromises is how many rows the table has at least: one for each fault and
// attack that the design thought of.
const leastPromises = 25

// TestEveryPromiseNamesItsTest: each row of the tables of promises and of edges names
// tests, as `package.TestName`, `package.TestName/story` or `folder TestName`, and
// they are there.
func TestEveryPromiseNamesItsTest(t *testing.T) {
	tests := testsOf(t, "../..")
	for _, file := range []string{"PROMISES.md", "EDGES.md"} {
		text, err := os.ReadFile("../../.ci/" + file)
		if err != nil {
			t.Fatal(err)
		}
		_, table, found := strings.Cut(string(text), promisesBegin)
		if !found {
			t.Fatalf(".ci/%s has no table of promises", file)
		}
		table, _, _ = strings.Cut(table, "\n\n")
		for _, wrong := range brokenPromises(table, leastPromises, tests) {
			t.Error(file, wrong)
		}
	}
}

// TestPromisesAreChecked: a table with a row that names no test, or one that isn't
// there, is found out.
func TestPromisesAreChecked(t *testing.T) {
	tests := map[string][]string{"job/state": {"TestModes", "FuzzImport"}, "job/cli": {"TestStories", "TestStories/quota"}}
	const head = "| promise | test |\n| --- | --- |\n"
	for row, good := range map[string]bool{
		"| a | `state.TestModes` |":                         true,
		"| a | `job/state TestModes`, `state.FuzzImport` |": true,
		"| a | in `audit.db`: `cli.TestStories/quota` |":    true,
		"| a | tested |":                                        false,
		"| a | TestModes |":                                     false,
		"| a | `state.TestMode` |":                              false,
		"| a | `cli.TestModes` |":                               false,
		"| a | `cli.TestStories/quotas` |":                      false,
		"| a | `state.TestModes`, `state.TestGone` |":           false,
		"| a | `state TestModes` |":                             false,
		"| a | `job/state TestModes` |\n| b | `audit.db` |":     false,
		"| a | `job/state TestModes` |\nb":                      false,
		"| a | `job/state TestModes`, `report/csv TestModes` |": false,
	} {
		if wrong := brokenPromises(head+row, 1, tests); (len(wrong) == 0) != good {
			t.Errorf("%s: %q", row, wrong)
		}
	}
	if brokenPromises(head, 1, tests) == nil {
		t.Error("an empty table passed")
	}
}

// promisedTest is a test's name in backticks.
var promisedTest = regexp.MustCompile("`([a-z0-9/]+)([. ])((?:Test|Fuzz)[A-Za-z0-9_]*(?:/[a-z0-9_]+)?)`")

// brokenPromises says what is wrong with a table. tests are the tests there are,
// by folder.
func brokenPromises(table string, least int, tests map[string][]string) (wrong []string) {
	rows := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	for i, row := range rows {
		if !strings.HasPrefix(row, "| ") {
			wrong = append(wrong, fmt.Sprintf("not a row of a table: %q", row))
		}
		if i < 2 { // the header
			continue
		}
		names := promisedTest.FindAllStringSubmatch(row, -1)
		if len(names) == 0 {
			wrong = append(wrong, "this row names no test in backticks: "+row)
		}
		for _, m := range names {
			known := false
			for folder, list := range tests {
				here := folder == m[1] || m[2] == "." && filepath.Base(folder) == m[1]
				known = known || here && slices.Contains(list, m[3])
			}
			if !known {
				wrong = append(wrong, "there is no test "+m[0])
			}
		}
	}
	if len(rows)-2 < least {
		wrong = append(wrong, fmt.Sprintf("the table has %d rows, not %d", max(len(rows)-2, 0), least))
	}
	return wrong
}

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]*)\(`)

// testsOf are the tests of the module, by folder; a story is a part of TestStories.
func testsOf(t *testing.T, top string) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	for _, depth := range []string{"*_test.go", "*/*_test.go", "*/*/*_test.go", "*/*/*/*_test.go", "*/*/*/*/*_test.go"} {
		paths, err := filepath.Glob(filepath.Join(top, depth))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			folder, err := filepath.Rel(top, filepath.Dir(path))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range testFunction.FindAllStringSubmatch(string(text), -1) {
				tests[filepath.ToSlash(folder)] = append(tests[filepath.ToSlash(folder)], m[1])
			}
		}
	}
	stories, err := filepath.Glob(filepath.Join(top, "testdata/script/*.txtar"))
	if err != nil || len(stories) == 0 {
		t.Fatalf("%d stories: %v", len(stories), err)
	}
	for _, path := range stories {
		tests["job/cli"] = append(tests["job/cli"], "TestStories/"+strings.TrimSuffix(filepath.Base(path), ".txtar"))
	}
	return tests
}

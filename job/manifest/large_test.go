package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLargeCollections: a for_each over a collection that its arguments look things up
// in, and what collections are made with, take time that grows as the collection does:
// compared with each other, its elements would take minutes.
func TestLargeCollections(t *testing.T) {
	const n = 20_000
	var table strings.Builder
	table.WriteString("k,title\n")
	for i := range n {
		fmt.Fprintf(&table, "k%07d,Title %d\n", i, i)
	}
	began := time.Now()
	dir := folder(t, map[string]string{"t.csv": table.String(), "main.audit.hcl": provider + `
locals {
  titles = { for r in csvdecode(file("t.csv")) : r.k => r.title }
  map    = tomap(local.titles)
  keys   = distinct([for key, title in local.titles : key])
}
message "r" {
  for_each          = toset(local.keys)
  process_query_key = each.key
  title             = lookup(local.titles, each.key, "none")
  campaign          = lookup(local.map, each.key)
}
`})
	m, _ := load(t, options(dir))
	if m.Count != n {
		t.Errorf("%d messages", m.Count)
	}
	for msg, err := range m.Messages() {
		if err != nil || msg.Title != "Title 0" || msg.Campaign != msg.Title {
			t.Errorf("%s: %q in %q, %v", msg.Address, msg.Title, msg.Campaign, err)
		}
		break
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

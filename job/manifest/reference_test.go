package manifest_test

import (
	"slices"
	"testing"

	"notifyaudit/job/manifest"
)

func TestReferenceSaysWhatEveryArgumentIs(t *testing.T) {
	blocks := manifest.Reference()
	arguments := 0
	for _, b := range blocks {
		for _, a := range b.Arguments {
			arguments++
			if a.About == "" {
				t.Errorf("%s in %q: %s is not described", b.Header, b.In, a.Name)
			}
		}
	}
	if len(blocks) < 18 || arguments < 90 {
		t.Errorf("only %d blocks with %d arguments", len(blocks), arguments)
	}
	if names := manifest.Functions(); !slices.Contains(names, "yamldecode") || !slices.Contains(names, "try") {
		t.Errorf("functions %v", names)
	}
}

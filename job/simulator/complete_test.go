package simulator

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/simulator/scenario"
)

func TestWhatAScenarioCanNameIsImplemented(t *testing.T) {
	if diff := cmp.Diff(scenario.FaultKinds(), slices.Sorted(maps.Keys(faults()))); diff != "" {
		t.Errorf("kinds of fault (-named +implemented):\n%s", diff)
	}
	var names, business []string
	for _, e := range endpoints() {
		names = append(names, e.name)
		if e.business {
			business = append(business, e.name)
		}
	}
	if diff := cmp.Diff(scenario.Interfaces(), names); diff != "" {
		t.Errorf("interfaces (-named +implemented):\n%s", diff)
	}
	if diff := cmp.Diff(scenario.Kinds(), business); diff != "" {
		t.Errorf("kinds of message (-named +implemented):\n%s", diff)
	}
}

package longtest_test

import (
	"testing"

	"notifyaudit/job/longtest"
)

func TestSwitch(t *testing.T) {
	for _, test := range []struct {
		value string
		long  bool
	}{
		{"", false},
		{"0", false},
		{"1", true},
	} {
		t.Run(test.value, func(t *testing.T) {
			t.Setenv(longtest.Variable, test.value)
			if got := longtest.Enabled(); got != test.long {
				t.Errorf("Enabled is %t, want %t", got, test.long)
			}
			if got, want := longtest.N(1, 2) == 2, test.long; got != want {
				t.Errorf("N gives the long form: %t, want %t", got, want)
			}
			ran := false
			t.Run("require", func(t *testing.T) {
				longtest.Require(t)
				ran = true
			})
			if ran != test.long {
				t.Errorf("a test that requires the long form ran: %t, want %t", ran, test.long)
			}
		})
	}
}

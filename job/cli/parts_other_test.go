//go:build !linux

package cli_test

// parts are the programs that the test binary plays.
func parts() map[string]func() {
	return map[string]func(){
		"notifyaudit": program, "careless-reports": carelessReports, "careless-state": carelessState,
	}
}

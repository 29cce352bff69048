package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// The careless programs write as programs usually do. They are killed like the
// real one, and the tests must find what they tear: else the tests prove nothing.

// carelessReports copies the reports in a folder to another one, over and over,
// straight into their places.
func carelessReports() {
	from, to := os.Args[1], os.Args[2]
	for {
		names, err := os.ReadDir(from)
		if err != nil {
			fail(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join(from, name.Name()))
			if err != nil {
				fail(err)
			}
			f, err := os.Create(filepath.Join(to, name.Name()))
			if err != nil {
				fail(err)
			}
			for len(data) > 0 {
				n, err := f.Write(data[:min(4096, len(data))])
				if err != nil {
					fail(err)
				}
				data = data[n:]
			}
			if err := f.Close(); err != nil {
				fail(err)
			}
		}
	}
}

// carelessState keeps what it knows in a JSON file, which it writes again with
// every answer.
func carelessState() {
	path := os.Args[1]
	for {
		readings := map[string][]string{}
		for n := range 100 {
			readings[fmt.Sprintf("message %d", n)] = people(200)
			data, err := json.MarshalIndent(readings, "", " ")
			if err != nil {
				fail(err)
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				fail(err)
			}
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// wholeState reports whether a careless program's state is one.
func wholeState(data []byte) bool {
	var readings map[string][]string
	return json.Unmarshal(data, &readings) == nil
}

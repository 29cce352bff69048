package manifest

import (
	"embed"
	"io/fs"
)

//go:embed starter
var starter embed.FS

// Starter is a first manifest with its tables, by file name: what `notifyaudit
// init` writes. It loads without mistakes once app_key and app_secret are set,
// and as it is with the simulator.
func Starter() map[string][]byte {
	files := make(map[string][]byte)
	entries, err := fs.ReadDir(starter, "starter")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, e := range entries {
		data, err := starter.ReadFile("starter/" + e.Name())
		if err != nil {
			panic(err)
		}
		files[e.Name()] = data
	}
	return files
}

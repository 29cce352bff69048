package sqldb

import "io/fs"

// Scripts returns the texts of all files of f whose names end in .sql, in the order of
// the names. It panics where f can't be read: it is part of the program.
func Scripts(f fs.FS) []string {
	names, err := fs.Glob(f, "*.sql")
	if err != nil {
		panic(err)
	}
	all := make([]string, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(f, name)
		if err != nil {
			panic(err)
		}
		all[i] = string(text)
	}
	return all
}

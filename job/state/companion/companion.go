// Package companion names the files that belong to a state in a file.
package companion

// Files are what SQLite and the locks keep beside the database of a state: each is
// named after it.
func Files(database string) []string {
	return []string{database + "-wal", database + "-shm", database + "-journal", database + ".lock", database + ".new"}
}

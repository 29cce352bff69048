// Package disk has what the standard library lacks about files: names that last
// through a crash, modes that let their owner in, and whether there is space.
package disk

import (
	"errors"
	"os"
)

// SyncFolder makes the names in the folder name below root durable.
func SyncFolder(root *os.Root, name string) error {
	folder, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

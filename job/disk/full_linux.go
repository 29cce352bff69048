package disk

import "golang.org/x/sys/unix"

// fewBlocks is how much space is as good as none: a file system keeps some for
// itself.
const fewBlocks = 4

// Full reports whether the volume of a folder has no space, or no place for
// another file.
func Full(folder string) bool {
	var stat unix.Statfs_t
	if unix.Statfs(folder, &stat) != nil {
		return false
	}
	return stat.Blocks > 0 && stat.Bavail < fewBlocks || stat.Files > 0 && stat.Ffree == 0
}

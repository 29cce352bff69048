package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// Advise returns an error of the file system without the name of the file, which may
// be a temporary one, and with the folder and what to do about it.
func Advise(err error, folder string) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		err = link.Err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w; free space in %s", err, folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w; check the owner and mode of %s, and that the volume is not read-only", err, folder)
	default:
		return fmt.Errorf("%w in %s", err, folder)
	}
}

//go:build unix && !solaris && !aix

package capture

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other captures from f until it is closed. Where files cannot be locked, it is.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return nil
}

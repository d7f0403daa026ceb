package capture

import "syscall"

func mountSmall(at string) error { return syscall.Mount("tmpfs", at, "tmpfs", 0, "size=64k") }

func unmount(at string) { syscall.Unmount(at, 0) }

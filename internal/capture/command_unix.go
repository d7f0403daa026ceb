//go:build unix

package capture

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// passed are the signals that a command is to get when this process gets them.
var passed = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2}

// reaches reports whether a signal that reached this process reached its command, too: those of a
// keyboard go to every process in front of the terminal.
func reaches(s os.Signal) bool {
	return (s == syscall.SIGINT || s == syscall.SIGQUIT) && inFront()
}

// inFront reports whether this process is in front of its terminal.
func inFront() bool {
	tty, err := os.OpenFile("/dev/tty", os.O_RDONLY, 0)
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	ours, _ := unix.Getpgid(0)
	return err == nil && group == ours
}

func end(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

func exitCode(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return exitSignal + int(w.Signal())
	}
	return s.ExitCode()
}

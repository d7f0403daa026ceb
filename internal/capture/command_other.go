//go:build !unix

package capture

import "os"

// passed are the signals that a command is to get when this process gets them.
var passed = []os.Signal{os.Interrupt}

// reaches reports whether a signal that reached this process reached its command, too: a console
// sends an interrupt to all that it shows, and there is no other way.
func reaches(os.Signal) bool { return true }

func end(p *os.Process) error { return p.Kill() }

func exitCode(s *os.ProcessState) int { return s.ExitCode() }

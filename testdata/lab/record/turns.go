package record

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// A fault that comes in the middle of a run is set from the beginning and
// waits for the switch: a file that is there or not.
func (s *stage) switchFile() string { return filepath.Join(s.dir, "switch") }

// on and off turn the switch.
func on(s *stage) error  { return os.WriteFile(s.switchFile(), nil, 0o644) }
func off(s *stage) error { return os.Remove(s.switchFile()) }

// starts is a turn at which a prop begins.
func starts(p process) func(*stage) error { return func(s *stage) error { return s.start(p) } }

// deploys replaces a process by one with other settings.
func deploys(p process, change settings) func(*stage) error {
	return func(s *stage) error {
		if err := s.dismiss(p.name); err != nil {
			return err
		}
		p.env = merge(settings{}, p.env, change)
		return errors.Join(on(s), s.start(p)) // what is new in it is on at once
	}
}

// dismiss stops one process.
func (s *stage) dismiss(name string) error {
	s.mu.Lock()
	i := slices.Index(s.names, name)
	if i < 0 {
		s.mu.Unlock()
		return errors.New("nobody is called " + name)
	}
	cmd := s.running[i]
	s.gone += processWait(cmd.Process.Pid)
	s.running, s.names = slices.Delete(s.running, i, i+1), slices.Delete(s.names, i, i+1)
	s.mu.Unlock()
	return s.stop([]*exec.Cmd{cmd})
}

// takeTurns lets the turns happen, and answers what ends it.
func (s *stage) takeTurns() (end func()) {
	over, done := make(chan struct{}), make(chan struct{})
	began := time.Now().Add(warmUp)
	go func() {
		defer close(done)
		for _, t := range s.scene.turns {
			select {
			case <-over:
				return
			case <-time.After(time.Until(began.Add(time.Duration(float64(t.at) * s.lab.pace)))):
			}
			s.turned = append(s.turned, time.Now())
			s.failed = errors.Join(s.failed, t.do(s))
		}
	}()
	return func() { close(over); <-done }
}

// warmUp is how long the load sends requests that are not recorded.
const warmUp = 2 * time.Second

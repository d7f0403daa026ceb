package record

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// stage is one run while it goes on: the processes, the collector first.
type stage struct {
	lab     lab
	dir     string
	scene   scene
	mu      sync.Mutex // turns start and stop processes, too
	running []*exec.Cmd
	names   []string // of what runs
	turned  []time.Time
	gone    time.Duration // that processes waited which have been dismissed
	failed  error         // of the turns
	busy    float64       // threads that waited for a processor, in the mean
}

// command is a program of the lab with its output in a file of the run.
func (s *stage) command(p process) (*exec.Cmd, error) {
	program := "lab"
	if p.old {
		program = "lab-old"
	}
	cmd := exec.Command(filepath.Join(s.lab.bin, program), p.role)
	cmd.Env = environ(s.env(p))
	return cmd, s.logTo(cmd, p.name)
}

func environ(set settings) []string {
	var out []string
	for k, v := range set {
		out = append(out, k+"="+v)
	}
	return out
}

func (s *stage) logTo(cmd *exec.Cmd, name string) error {
	log, err := os.Create(filepath.Join(s.dir, name+".log"))
	cmd.Stdout, cmd.Stderr = log, log
	return err
}

func (s *stage) start(p process) error {
	cmd, err := s.command(p)
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	s.note(cmd, p.name)
	return nil
}

func (s *stage) note(cmd *exec.Cmd, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running, s.names = append(s.running, cmd), append(s.names, name)
}

// playOut runs a process to its end.
func (s *stage) playOut(ctx context.Context, p process) error {
	cmd, err := s.command(p)
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stop()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s failed, see %s: %w", p.name, filepath.Join(s.dir, p.name+".log"), err)
	}
	return ctx.Err()
}

// waitForDoors returns when every process that listens accepts connections.
func (s *stage) waitForDoors(ctx context.Context, cast []process) error {
	for _, p := range cast {
		if p.port == 0 {
			continue
		}
		if err := waitFor(ctx, fmt.Sprintf("%s:%d", p.ip, p.port)); err != nil {
			return fmt.Errorf("%s, see its log in %s: %w", p.name, s.dir, err)
		}
	}
	return nil
}

func waitFor(ctx context.Context, addr string) error {
	for range 200 {
		if conn, err := net.Dial("tcp", addr); err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("nobody listens on %s after 10 s", addr)
}

// stop asks all of them to end and waits; who does not listen is killed.
func (s *stage) stop(list []*exec.Cmd) error {
	for _, cmd := range list {
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	var err error
	for _, cmd := range list {
		late := time.AfterFunc(8*time.Second, func() { _ = cmd.Process.Kill() })
		err = errors.Join(err, ignoreExit(cmd.Wait()))
		late.Stop()
	}
	return err
}

// ignoreExit: a process that was told to stop may say so with its exit code.
func ignoreExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// close leaves nothing running, however the run ended.
func (s *stage) close() {
	for _, cmd := range s.running {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
}

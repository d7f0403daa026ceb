package record

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A machine that also does something else makes the shop wait for a processor
// now and then, which looks like slow code in whatever span it hits. Linux
// counts these waits for each thread; a run during which the shop waited too
// much is done again, whatever it recorded, and the share is kept in the truth.
const tooBusy = 2 // threads that waited for a processor, in the mean

// watched runs do and notes how many of the system's threads were waiting for a
// processor meanwhile, in the mean. Zero where the kernel does not say.
func (s *stage) watched(do func() error) error {
	began, waited := time.Now(), s.waited()
	err := do()
	s.busy = float64(s.waited()-waited) / float64(time.Since(began))
	return err
}

// waited is how long all threads that run now, and those of dismissed processes, have waited so far.
func (s *stage) waited() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.gone
	for _, cmd := range s.running {
		sum += processWait(cmd.Process.Pid)
	}
	return sum
}

func processWait(pid int) (sum time.Duration) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, name := range files {
		sum += threadWait(name)
	}
	return sum
}

func threadWait(name string) time.Duration {
	text, err := os.ReadFile(name)
	if err != nil {
		return 0 // the thread has ended
	}
	var ran, waited, slices int64
	_, _ = fmt.Sscan(string(text), &ran, &waited, &slices)
	return time.Duration(waited)
}

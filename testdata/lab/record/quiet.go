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

// busyShare runs do and says how many of the shop's threads were waiting for a
// processor meanwhile, in the mean. Zero where the kernel does not say.
func (s *stage) busyShare(do func() error) (float64, error) {
	began, waited := time.Now(), s.waited()
	err := do()
	return float64(s.waited()-waited) / float64(time.Since(began)), err
}

// waited is how long all threads that run now have waited so far.
func (s *stage) waited() time.Duration {
	var sum time.Duration
	for _, cmd := range s.running {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", cmd.Process.Pid))
		for _, name := range files {
			sum += threadWait(name)
		}
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

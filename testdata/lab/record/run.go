package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// lab is where things are: programs, servers, the seed of this recording.
type lab struct {
	bin  string // folder with lab, lab-old and collector
	work string // folder for what a run leaves behind
	seed int
	// attempts is how often a run is made at most when the machine is busy.
	attempts int
}

const (
	realPostgres = "postgres://lab@127.0.0.1:15432/lab?sslmode=disable"
	realRedis    = "127.0.0.1:16379"
	dnsAddress   = "127.0.0.1:15353"
)

// run plays one side of a fault, again if the machine was too busy, and leaves
// spans.jsonl and journal.log in dir. It answers how busy the machine was.
func (l lab) run(ctx context.Context, f fault, faulty bool, dir string) (busy float64, err error) {
	for range l.attempts {
		if err = os.RemoveAll(dir); err != nil {
			return 0, err
		}
		if err = os.MkdirAll(dir, 0o755); err != nil {
			return 0, err
		}
		busy, err = l.play(ctx, &stage{lab: l, dir: dir, fault: f, faulty: faulty})
		if err != nil || busy < tooBusy {
			break
		}
		fmt.Printf("%-16s %.2f threads waited for a processor in the mean, too many\n", f.name, busy)
	}
	return busy, err
}

// play is one attempt, from an empty stage to an empty stage.
func (l lab) play(ctx context.Context, s *stage) (busy float64, err error) {
	defer s.close()
	if err := s.collector(); err != nil {
		return 0, err
	}
	if err := s.setUp(ctx); err != nil {
		return 0, err
	}
	busy, err = s.busyShare(func() error { return s.perform(ctx) })
	if err != nil {
		return 0, err
	}
	time.Sleep(1500 * time.Millisecond) // mail, audits, callees that nobody waits for
	return busy, s.strike()
}

// setUp starts everything that a customer could meet, in order.
func (s *stage) setUp(ctx context.Context) error {
	cast := append(wires(), shop()...)
	names := process{name: "names", role: "names", env: settings{"ADDR": dnsAddress, "LAB_ZONE": zone(cast)}}
	if err := s.start(names); err != nil {
		return err
	}
	if err := s.playOut(ctx, process{name: "prepare", role: "prepare"}); err != nil {
		return err
	}
	for _, p := range cast {
		if err := s.start(p); err != nil {
			return err
		}
	}
	return s.waitForDoors(ctx, cast)
}

// perform sends the load, and on the faulty side whatever disturbs it.
func (s *stage) perform(ctx context.Context) error {
	if s.faulty {
		for _, p := range s.fault.props {
			if err := s.start(p); err != nil {
				return err
			}
		}
	}
	return s.playOut(ctx, process{name: "load", role: "load", version: "1", env: s.fault.load})
}

// env is all that a process is told: how the lab is laid out, who it is, and
// what this side of the fault changes.
func (s *stage) env(p process) settings {
	addr := ""
	if p.port != 0 {
		addr = fmt.Sprintf("%s:%d", p.ip, p.port)
	}
	out := settings{
		"LAB_DIR": s.lab.work, "LAB_DNS": dnsAddress, "LAB_SEED": fmt.Sprint(s.lab.seed),
		"LAB_JOURNAL": filepath.Join(s.dir, "journal.log"), "LAB_COLLECTOR": collectorAddress,
		"ADDR": addr, "PATH": os.Getenv("PATH"), "HOME": s.lab.work,
	}
	if s.isProp(p.role) {
		merge(out, settings{"POSTGRES": realPostgres, "REDIS": realRedis})
	}
	merge(out, p.identity(), p.env, s.fault.both.of(p.name))
	if s.faulty {
		merge(out, s.fault.faulty.of(p.name))
	}
	return out
}

func (s *stage) isProp(role string) bool {
	return role == "prepare" || role == "locker" || role == "flusher"
}

// strike stops the shop, so that it flushes, and the collector after it.
func (s *stage) strike() error {
	err := s.stop(s.running[1:])
	return errors.Join(err, s.stop(s.running[:1]))
}

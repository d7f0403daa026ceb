package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// lab is where things are: programs, servers, the seed of this recording.
type lab struct {
	bin  string // folder with lab, lab-old and collector
	work string // folder for what a run leaves behind
	seed int
	// attempts is how often a run is made at most when the machine is busy.
	attempts int
	packing  *errgroup.Group
	pace     float64 // factor on the length of every load and on the time of every turn
}

const (
	realPostgres = "postgres://lab@127.0.0.1:15432/lab?sslmode=disable"
	realRedis    = "127.0.0.1:16379"
	dnsAddress   = "127.0.0.1:15353"
)

// run plays a scene, again if the machine was too busy, and leaves
// spans.jsonl and journal.log in dir.
func (l lab) run(ctx context.Context, sc scene, dir string) (s *stage, err error) {
	for range l.attempts {
		if err = os.RemoveAll(dir); err != nil {
			return s, err
		}
		if err = os.MkdirAll(dir, 0o755); err != nil {
			return s, err
		}
		s = &stage{lab: l, dir: dir, scene: sc}
		if err = l.play(ctx, s); err != nil || s.busy < tooBusy {
			break
		}
		fmt.Printf("%-20s %.2f threads waited for a processor in the mean, too many\n", sc.name, s.busy)
	}
	return s, err
}

// play is one attempt, from an empty stage to an empty stage.
func (l lab) play(ctx context.Context, s *stage) error {
	defer s.close()
	if err := s.collector(ctx); err != nil {
		return err
	}
	if err := s.setUp(ctx); err != nil {
		return err
	}
	if err := s.watched(func() error { return s.perform(ctx) }); err != nil {
		return err
	}
	time.Sleep(1500 * time.Millisecond) // mail, audits, callees that nobody waits for
	return s.strike()
}

// setUp starts everything that a customer could meet, in order.
func (s *stage) setUp(ctx context.Context) error {
	cast := s.scene.of.cast()
	names := process{name: "names", role: "names", env: settings{"ADDR": dnsAddress, "LAB_ZONE": zone(cast)}}
	if err := s.start(names); err != nil {
		return err
	}
	if err := s.playOut(ctx, process{name: "prepare", role: s.scene.of.prepare}); err != nil {
		return err
	}
	for _, p := range cast {
		if err := s.start(p); err != nil {
			return err
		}
	}
	return s.waitForDoors(ctx, cast)
}

// perform sends the load, and whatever disturbs it.
func (s *stage) perform(ctx context.Context) error {
	for _, p := range s.scene.props {
		if err := s.start(p); err != nil {
			return err
		}
	}
	if len(s.scene.turns) > 0 {
		ends := s.takeTurns()
		defer ends()
	}
	if err := s.playOut(ctx, process{name: "load", role: s.scene.of.load, version: "1", env: s.scene.load}); err != nil {
		return err
	}
	return s.failed
}

// env is all that a process is told: how the lab is laid out, who it is, and
// what this side of the fault changes.
func (s *stage) env(p process) settings {
	addr := ""
	if p.port != 0 {
		addr = fmt.Sprintf("%s:%d", p.ip, p.port)
	}
	out := settings{
		"LAB_DIR": s.lab.work, "LAB_DNS": dnsAddress, "LAB_SEED": fmt.Sprint(s.scene.seed),
		"LAB_JOURNAL": filepath.Join(s.dir, "journal.log"), "LAB_COLLECTOR": collectorAddress,
		"ADDR": addr, "LOAD_MS": "15000", "PATH": os.Getenv("PATH"), "HOME": s.lab.work, "CHROMIUM": os.Getenv("CHROMIUM"),
	}
	if s.isProp(p.role) {
		merge(out, settings{"POSTGRES": realPostgres, "REDIS": realRedis})
	}
	merge(out, p.identity(), p.env)
	for _, c := range s.scene.changes {
		merge(out, c.of(p.name))
	}
	if len(s.scene.turns) > 0 {
		out["LAB_SWITCH"] = s.switchFile()
	}
	if pages, err := strconv.Atoi(out["BROWSE_PAGES"]); err == nil {
		out["BROWSE_PAGES"] = fmt.Sprint(max(1, int(float64(pages)*s.lab.pace)))
	}
	if long, err := strconv.Atoi(out["LOAD_MS"]); err == nil {
		out["LOAD_MS"] = fmt.Sprint(int(float64(long) * s.lab.pace))
	}
	return out
}

func (s *stage) isProp(role string) bool {
	return role == s.scene.of.prepare || role == "locker" || role == "flusher"
}

// strike stops the system, so that it flushes, and the collector after it.
func (s *stage) strike() error {
	err := s.stop(s.running[1:])
	return errors.Join(err, s.stop(s.running[:1]))
}

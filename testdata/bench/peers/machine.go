package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/longpole/longpole/testdata/bench/host"
)

// A machine is where and when figures were taken.
type machine struct {
	host   string
	load   string
	commit string
	inputs string
}

func thisMachine(ctx context.Context, l *lab) machine {
	return machine{host: host.Describe(), load: host.Load(), commit: host.Commit(ctx, l.repo), inputs: l.inputs()}
}

func (m machine) caption() string {
	return fmt.Sprintf("%s, %s/%s. Last measured on %s, over %s; load average before that %s.",
		m.host, runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format(time.DateOnly), m.inputs, m.load)
}

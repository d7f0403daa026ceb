package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// ports are where the demo's four servers listen: frontend, customer, driver (gRPC), route.
var ports = []string{"8080", "8081", "8082", "8083"}

// patience is how long the demo may take to open its ports.
const patience = 20 * time.Second

// demo is a running HotROD.
type demo struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{}
}

// start runs the demo and returns when it listens. Its environment holds the exporter's address and nothing else,
// so that an OTEL_ variable of the caller cannot change what is recorded.
func start(ctx context.Context, binary string, r recording, endpoint string) (*demo, error) {
	if port, ok := firstOpen(); ok {
		return nil, fmt.Errorf("port %s is taken, and HotROD wants it: stop what listens there", port)
	}
	log, err := os.Create(filepath.Join(filepath.Dir(binary), r.name+".log"))
	if err != nil {
		return nil, err
	}
	d := &demo{log: log, done: make(chan struct{})}
	d.cmd = exec.CommandContext(ctx, binary, append([]string{"all", "-x", "otlp"}, r.flags...)...)
	d.cmd.Env = []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + endpoint}
	d.cmd.Stdout, d.cmd.Stderr = log, log
	if err := d.cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	go func() { defer close(d.done); _ = d.cmd.Wait() }()
	if err := d.ready(); err != nil {
		d.stop()
		return nil, err
	}
	return d, nil
}

// ready waits until every port is open. It only connects: a request would leave a trace in the recording.
func (d *demo) ready() error {
	give := time.After(patience)
	for !allOpen() {
		select {
		case <-d.done:
			return fmt.Errorf("HotROD ended before it listened: see %s", d.log.Name())
		case <-give:
			return fmt.Errorf("HotROD did not listen within %s: see %s", patience, d.log.Name())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (d *demo) stop() {
	_ = d.cmd.Process.Kill()
	<-d.done
	_ = d.log.Close()
}

func firstOpen() (string, bool) {
	for _, p := range ports {
		if open(p) {
			return p, true
		}
	}
	return "", false
}

func allOpen() bool {
	for _, p := range ports {
		if !open(p) {
			return false
		}
	}
	return true
}

func open(port string) bool {
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

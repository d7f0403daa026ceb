package main

import (
	"slices"
	"strings"
	"time"
)

// recording is one run of the demo: how its file is called, which of the demo's repairs were on, and what that
// changes of its configuration.
type recording struct {
	name     string
	flags    []string
	repaired func(configured) configured
}

// recordings are all runs: the demo as it comes, and each of its repairs alone.
var recordings = []recording{
	{"baseline", []string{}, func(c configured) configured { return c }},
	{"db-query-delay-100ms", []string{"--fix-db-query-delay", "100ms"}, shortQuery},
	{"no-db-conn-mutex", []string{"--fix-disable-db-conn-mutex"}, noLock},
	{"route-pool-100", []string{"--fix-route-worker-pool-size", "100"}, manyWorkers},
}

// shortQuery leaves the spread alone: HotROD has computed it from 300 ms before it reads the flag.
func shortQuery(c configured) configured {
	c.MySQLGet.Mean = 100 * time.Millisecond
	return c
}

// noLock says 0 connections for as many as wanted.
func noLock(c configured) configured {
	c.MySQLConnections = 0
	return c
}

func manyWorkers(c configured) configured {
	c.RouteWorkers = 100
	return c
}

func (r recording) file() string { return r.name + ".otlp.jsonl.zst" }

func find(name string) (recording, bool) {
	i := slices.IndexFunc(recordings, func(r recording) bool { return r.name == name })
	if i < 0 {
		return recording{}, false
	}
	return recordings[i], true
}

func names() string {
	var all []string
	for _, r := range recordings {
		all = append(all, r.name)
	}
	return strings.Join(all, ", ")
}

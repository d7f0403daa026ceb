package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/ingest"
)

// apart refuses outputs that would destroy what a command reads, or each other: the files of
// inputs, whatever names and links lead to them, and the plan.
func apart[F fmt.Stringer](where []target[F], inputs []string, plan *budget.Plan) error {
	var read []string
	for _, d := range where {
		if d.file != "" { // else nothing is looked for
			read = ingest.Paths(inputs)
			break
		}
	}
	if plan != nil {
		read = append(read, plan.File)
	}
	for i, d := range where {
		if d.file == "" {
			continue
		}
		for _, name := range read {
			if sameFile(d.file, name) {
				return failf(exitUsage, "write to another file", "-o %s=%s would overwrite %s, which is read", d.format, d.file, name)
			}
		}
		for _, other := range where[:i] {
			if other.file != "" && sameFile(d.file, other.file) {
				return failf(exitUsage, "give each output a file of its own", "-o %s=%s and -o %s=%s are one file", other.format, other.file, d.format, d.file)
			}
		}
	}
	return nil
}

// sameFile reports whether two names lead to one file, or would if it were there.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return x.Mode().IsRegular() && os.SameFile(x, y)
	}
	return errX != nil && errY != nil && absolute(a) == absolute(b)
}

// absolute is a path whose folder is no link.
func absolute(name string) string {
	dir, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return filepath.Join(dir, filepath.Base(name))
}

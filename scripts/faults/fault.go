package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// A fault is one change that makes the program wrong, and the test that must notice it.
type fault struct {
	Fault   string // what is wrong then, in a sentence
	File    string // from the project's folder
	From    string // text that occurs once in the file
	To      string // what stands there instead; may be empty
	Package string // of the test: ./analyze/critpath
	Test    string // what go test -run is given
}

// readFaults reads a file of faults. It accepts no key that it does not know.
func readFaults(file string) ([]fault, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var faults []fault
	if err := yaml.NewDecoder(in, yaml.DisallowUnknownField()).Decode(&faults); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i, f := range faults {
		if f.Fault == "" || f.File == "" || f.From == "" || f.Package == "" || f.Test == "" {
			return nil, fmt.Errorf("%s: fault %d needs fault, file, from, package and test", file, i+1)
		}
	}
	return faults, nil
}

// apply returns the file of a fault with the fault in it.
func (f fault) apply(root string) (faulty []byte, err error) {
	text, err := os.ReadFile(filepath.Join(root, f.File))
	if err != nil {
		return nil, err
	}
	switch n := strings.Count(string(text), f.From); {
	case n != 1:
		return nil, fmt.Errorf("the text occurs %d times", n)
	case f.From == f.To:
		return nil, errors.New("the text is replaced with itself")
	}
	return []byte(strings.Replace(string(text), f.From, f.To, 1)), nil
}

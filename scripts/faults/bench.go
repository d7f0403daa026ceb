package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// An outcome says what became of a fault.
type outcome string

const (
	caught outcome = "caught" // its test fails
	missed outcome = "missed" // its test passes
	broken outcome = "broken" // the fault, or its test, is none
)

type result struct {
	fault   fault
	outcome outcome
	why     string
}

// atATime is how many faults are tried at the same time.
const atATime = 2

// timeout ends a test that a fault made endless.
const timeout = 2 * time.Minute

// A bench tries faults of the program in root. The tree is never changed: the compiler is told
// to read the faulty file in place of the good one.
type bench struct {
	root, temp string
	sound      sync.Map // of "package test" to the error of that test without a fault, once
	programs   sync.Map // of packages to their tests without a fault, compiled once
}

// tryAll tries faults, a few at a time, and returns the results in their order.
func tryAll(b *bench, faults []fault) []result {
	results := make([]result, len(faults))
	free := make(chan int, atATime)
	var all sync.WaitGroup
	for i, f := range faults {
		free <- i
		all.Go(func() {
			results[i] = b.try(f, fmt.Sprint(i))
			<-free
		})
	}
	all.Wait()
	return results
}

func (b *bench) try(f fault, name string) result {
	faulty, err := f.apply(b.root)
	if err == nil {
		err = b.isSound(f)
	}
	if err != nil {
		return result{f, broken, err.Error()}
	}
	program, err := b.build(f, faulty, name)
	if err != nil {
		return result{f, broken, err.Error()}
	}
	defer os.Remove(program)
	failed, out, err := b.run(f, program)
	switch {
	case err != nil:
		return result{f, broken, err.Error()}
	case strings.Contains(out, "panic: test timed out"):
		return result{f, broken, fmt.Sprintf("%s does not end in %v", f.Test, timeout)}
	case !failed:
		return result{f, missed, f.Test + " passes"}
	case !failure.MatchString(out):
		return result{f, broken, f.Test + " could not run: " + shortened(out)}
	}
	return result{f, caught, ""}
}

// build compiles the tests of the fault's package with the faulty file in place of the good one.
func (b *bench) build(f fault, faulty []byte, name string) (program string, err error) {
	file, overlay := filepath.Join(b.temp, name+".go"), filepath.Join(b.temp, name+".json")
	good, err := filepath.Abs(filepath.Join(b.root, f.File))
	if err != nil {
		return "", err
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {good: file}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file, faulty, 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, replace, 0o600); err != nil {
		return "", err
	}
	return b.compile(f.Package, name, "-overlay", overlay)
}

func (b *bench) compile(pkg, name string, flags ...string) (program string, err error) {
	program = filepath.Join(b.temp, name+".test")
	args := append([]string{"test", "-c", "-vet=off", "-gcflags=-N -l", "-ldflags=-s -w", "-o", program}, flags...)
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("does not compile: %s", shortened(string(out)))
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%s has no tests", pkg)
	}
	return program, nil
}

// isSound reports what is wrong with the fault's test without the fault: it must exist and pass.
func (b *bench) isSound(f fault) error {
	once, _ := b.sound.LoadOrStore(f.Package+" "+f.Test, sync.OnceValue(func() error {
		program, err := b.without(f)
		if err != nil {
			return err
		}
		failed, out, err := b.run(f, program)
		switch {
		case err != nil:
			return err
		case failed:
			return fmt.Errorf("%s fails without the fault", f.Test)
		case !success.MatchString(out):
			return fmt.Errorf("no test of %s that ran is %s", f.Package, f.Test)
		}
		return nil
	}))
	return once.(func() error)()
}

// without returns the tests of the fault's package as they are.
func (b *bench) without(f fault) (program string, err error) {
	once, _ := b.programs.LoadOrStore(f.Package, sync.OnceValues(func() (string, error) {
		return b.compile(f.Package, "sound-"+strings.NewReplacer("/", "-", ".", "").Replace(f.Package))
	}))
	return once.(func() (string, error))()
}

var (
	failure = regexp.MustCompile(`(?m)^--- FAIL: `)
	success = regexp.MustCompile(`(?m)^--- PASS: `)
)

// run runs the fault's test where go test would. err says that it could not be started.
func (b *bench) run(f fault, program string) (failed bool, out string, err error) {
	cmd := exec.Command(program, "-test.run", f.Test, "-test.v", "-test.count=1", "-test.timeout", timeout.String())
	cmd.Dir = filepath.Join(b.root, f.Package)
	cmd.Env = append(os.Environ(), "RAPID_NOFAILFILE=true", "LONGPOLE_WHOLE=true") // a law that fails here has found no bug
	text, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); exited {
		return true, string(text), nil
	}
	return false, string(text), err
}

// shortened returns the first lines of what a program printed, as one.
func shortened(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return strings.Join(lines[:min(3, len(lines))], "; ")
}

// Faults puts small faults into the program, one at a time, and says which of them no test
// notices. The faults are data: testdata/faults/*.yaml, a file for each room.
//
//	go run ./scripts/faults [-only REGEX] [FILE ...]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

func main() {
	only := flag.String("only", "", "try only faults whose sentence, file or test matches this `regex`")
	flag.Parse()
	wanted, err := regexp.Compile(*only)
	if err != nil {
		fatal(err)
	}
	files := flag.Args()
	if len(files) == 0 {
		files, _ = filepath.Glob("testdata/faults/*.yaml")
	}
	var faults []fault
	for _, file := range files {
		read, err := readFaults(file)
		if err != nil {
			fatal(err)
		}
		for _, f := range read {
			if wanted.MatchString(f.Fault) || wanted.MatchString(f.File) || wanted.MatchString(f.Test) {
				faults = append(faults, f)
			}
		}
	}
	temp, err := os.MkdirTemp("", "faults")
	if err != nil {
		fatal(err)
	}
	ok := tell(os.Stdout, tryAll(&bench{root: ".", temp: temp}, faults))
	os.RemoveAll(temp)
	if !ok {
		os.Exit(1)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "faults:", err)
	os.Exit(2)
}

// tell prints a line for each fault that was not caught, and how many there were. ok is true if
// there is at least one and all were caught.
func tell(w io.Writer, results []result) (ok bool) {
	counts := map[outcome]int{}
	for _, r := range results {
		counts[r.outcome]++
		if r.outcome != caught {
			fmt.Fprintf(w, "%s: %s: %s (%s)\n", r.outcome, r.fault.File, r.fault.Fault, r.why)
		}
	}
	fmt.Fprintf(w, "%d faults: %d caught, %d missed, %d broken\n", len(results), counts[caught], counts[missed], counts[broken])
	return len(results) > 0 && counts[caught] == len(results)
}

package testkit

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Whole reports whether laws are held to all that there is, every recording, seed and hundred generated examples, as make
// check and the fuzzer have it. make test holds the costly ones to some of each.
func Whole() bool {
	fuzzed := flag.Lookup("test.fuzz")
	return os.Getenv("LONGPOLE_WHOLE") != "" || fuzzed != nil && fuzzed.Value.String() != ""
}

// Some returns n of all, spread over them, or all of them if laws are held to the whole.
func Some[T any](all []T, n int) (some []T) {
	if Whole() || n >= len(all) {
		return all
	}
	for i := range n {
		some = append(some, all[i*len(all)/n])
	}
	return some
}

// Rounds returns few, or all if laws are held to the whole.
func Rounds(few, all int) int {
	if Whole() {
		return all
	}
	return few
}

// fewChecks is how many generated examples a law is held to where nobody asks for all.
const fewChecks = "25"

func init() {
	if !Whole() {
		_ = flag.Set("rapid.checks", fewChecks) // what is typed is read later, and counts
	}
}

// Check holds a costly law to so many generated examples, or to a hundred if laws are held to the whole. What
// -rapid.checks asks for is asked of it, too.
func Check(t *testing.T, few int, law func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == fewChecks {
		if err := checks.Value.Set(strconv.Itoa(few)); err != nil {
			t.Fatal(err)
		}
		defer checks.Value.Set(fewChecks)
	}
	rapid.Check(t, law)
}

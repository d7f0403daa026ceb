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

// Check holds a law to so many generated examples, or to a hundred if laws are held to the whole. What -rapid.checks
// asks for is asked of it, too.
func Check(t *testing.T, few int, law func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if was := checks.Value.String(); !Whole() && was == checks.DefValue {
		if err := checks.Value.Set(strconv.Itoa(few)); err != nil {
			t.Fatal(err)
		}
		defer checks.Value.Set(was)
	}
	rapid.Check(t, law)
}

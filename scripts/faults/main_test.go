package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const program = `package m

func larger(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func twice(a int) int { return a + a }
`

const tests = `package m

import "testing"

func TestTheLargerOfTwo(t *testing.T) {
	if larger(2, 1) != 2 {
		t.Error("it is the other")
	}
}

func TestThatFails(t *testing.T) { t.Fail() }

func TestThatIsSkipped(t *testing.T) { t.Skip() }
`

func TestAFaultIsCaughtMissedOrBroken(t *testing.T) {
	root := t.TempDir()
	write(t, root, "go.mod", "module m\n\ngo 1.26\n")
	write(t, root, "m.go", program)
	write(t, root, "m_test.go", tests)
	larger := fault{Fault: "the smaller", File: "m.go", From: "a > b", To: "a < b", Package: ".", Test: "TestTheLargerOfTwo"}
	change := func(change func(*fault)) fault { f := larger; change(&f); return f }
	cases := []struct {
		fault fault
		want  outcome
		why   string
	}{
		{larger, caught, ""},
		{change(func(f *fault) { f.From, f.To = "a + a", "a" }), missed, "TestTheLargerOfTwo passes"},
		{change(func(f *fault) { f.From = "return" }), broken, "the text occurs 3 times"},
		{change(func(f *fault) { f.From = "a >= b" }), broken, "the text occurs 0 times"},
		{change(func(f *fault) { f.To = f.From }), broken, "the text is replaced with itself"},
		{change(func(f *fault) { f.To = "a" }), broken, "does not compile"},
		{change(func(f *fault) { f.File = "n.go" }), broken, "n.go"},
		{change(func(f *fault) { f.Test = "TestTheSmallerOfTwo" }), broken, "no test of . that ran is TestTheSmallerOfTwo"},
		{change(func(f *fault) { f.Test = "TestThatIsSkipped" }), broken, "no test of . that ran is TestThatIsSkipped"},
		{change(func(f *fault) { f.Test = "TestThatFails" }), broken, "TestThatFails fails without the fault"},
	}
	var faults []fault
	for _, c := range cases {
		faults = append(faults, c.fault)
	}
	for i, got := range tryAll(&bench{root: root, temp: t.TempDir()}, faults) {
		if c := cases[i]; got.outcome != c.want || !strings.Contains(got.why, c.why) {
			t.Errorf("fault %d is %s (%s), want %s (%s)", i, got.outcome, got.why, c.want, c.why)
		}
	}
	if got, _ := os.ReadFile(filepath.Join(root, "m.go")); string(got) != program {
		t.Errorf("the program was changed to %s", got)
	}
}

func TestOneFaultThatIsNotCaughtSpoilsAll(t *testing.T) {
	f := fault{Fault: "the smaller", File: "m.go"}
	var out strings.Builder
	if tell(&out, []result{{f, caught, ""}, {f, missed, "TestX passes"}, {f, broken, "does not compile"}}) {
		t.Error("all is well though one is missed")
	}
	want := "missed: m.go: the smaller (TestX passes)\nbroken: m.go: the smaller (does not compile)\n3 faults: 1 caught, 1 missed, 1 broken\n"
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", &out, want)
	}
	if !tell(&out, []result{{f, caught, ""}}) || tell(&out, nil) {
		t.Error("one that is caught is well, and none at all is not")
	}
}

func TestEveryFaultOfTheProgramHasItsPlaceAndItsTest(t *testing.T) {
	const root = "../.."
	files, _ := filepath.Glob(root + "/testdata/faults/*.yaml")
	texts := map[string]string{} // of the tests of a package
	for _, file := range files {
		faults, err := readFaults(file)
		if err != nil {
			t.Error(err)
		}
		for _, f := range faults {
			if _, err := f.apply(root); err != nil {
				t.Errorf("%s: %s: %s: %v", file, f.File, f.Fault, err)
			}
			if _, read := texts[f.Package]; !read {
				texts[f.Package] = testsOf(t, filepath.Join(root, f.Package))
			}
			for test := range strings.SplitSeq(f.Test, "|") {
				name, _, _ := strings.Cut(test, "/")
				if !strings.Contains(texts[f.Package], "func "+strings.Trim(name, "^$")) {
					t.Errorf("%s: %s: %s has no %s", file, f.Fault, f.Package, name)
				}
			}
		}
	}
	if len(files) == 0 {
		t.Error("there is no fault")
	}
}

// testsOf returns the text of all tests in a folder.
func testsOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	files, _ := filepath.Glob(dir + "/*_test.go")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestAFileOfFaultsHasNoOtherKeysAndLacksNone(t *testing.T) {
	whole := "- {fault: the smaller, file: m.go, from: a, to: b, package: ., test: TestX"
	for text, wrong := range map[string]string{
		whole + "}":               "",
		whole + ", tests: TestY}": "unknown field",
		"- {fault: a, file: m.go, from: a, to: b}": "fault 1 needs",
	} {
		dir := t.TempDir()
		write(t, dir, "m.yaml", text)
		faults, err := readFaults(filepath.Join(dir, "m.yaml"))
		if wrong == "" && (err != nil || len(faults) != 1 || faults[0].Test != "TestX") {
			t.Errorf("%s reads as %+v, %v", text, faults, err)
		}
		if wrong != "" && (err == nil || !strings.Contains(err.Error(), wrong)) {
			t.Errorf("%s: %v, want %s", text, err, wrong)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

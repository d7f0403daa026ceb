package main

import (
	"slices"

	"github.com/spf13/pflag"

	"github.com/longpole/longpole/analyze/attribute"
)

// A side is one of the two sets that are compared.
type side struct {
	files  []string
	choice choiceFlags
	asks   []string // the attributes that the choice asks for
}

// unmetBy returns the attributes that are asked for and that no request of either side has.
func unmetBy(sides [2]side, left [2]attribute.Unchosen) (missing []string) {
	has := func(side int, key string) bool {
		asks := sides[side].asks
		return slices.Contains(asks, key) && !slices.Contains(unmet(asks, left[side]), key)
	}
	for i := range sides {
		for _, key := range unmet(sides[i].asks, left[i]) {
			if !has(1-i, key) && !slices.Contains(missing, key) {
				missing = append(missing, key)
			}
		}
	}
	return missing
}

// choosers names the flags that ask for attributes.
func (f *diffFlags) choosers() string {
	if f.a != "" {
		return "--a and --b"
	}
	return "--where"
}

// toFlag remembers how many files were named before it, and the ones after it.
type toFlag struct {
	among  *pflag.FlagSet
	before int
	files  []string
}

func (t *toFlag) String() string { return "" }

// Type is what the help calls the value.
func (t *toFlag) Type() string { return "FILE" }

// Set is called where the flag is met.
func (t *toFlag) Set(file string) error {
	if len(t.files) == 0 {
		t.before = t.among.NArg()
	}
	t.files = append(t.files, file)
	return nil
}

// sides divides the files that were named, or the requests in them.
func (f *diffFlags) sides(files []string) ([2]side, error) {
	two := func(before, after side) ([2]side, error) { return [2]side{before, after}, nil }
	if divided, choices, err := f.divided(files); err != nil {
		return [2]side{}, err
	} else if divided {
		return two(side{files: files, choice: choices[0]}, side{files: files, choice: choices[1]})
	}
	all := f.choiceFlags
	switch {
	case len(f.to.files) > 0 && f.to.before > 0:
		return two(side{files: files[:f.to.before], choice: all}, side{files: append(slices.Clone(f.to.files), files[f.to.before:]...), choice: all})
	case len(f.to.files) == 0 && len(files) == 2:
		return two(side{files: files[:1], choice: all}, side{files: files[1:], choice: all})
	case len(f.to.files) == 0 && len(files) > 2:
		return [2]side{}, failf(exitUsage, "longpole diff BEFORE... --to AFTER...", "%d files are given, and nothing says which of them are the set after", len(files))
	}
	return [2]side{}, failf(exitUsage, "longpole diff before.jsonl after.jsonl", "a difference needs a set before and one after")
}

// divided returns by what the requests of one set of files are divided, if they are.
func (f *diffFlags) divided(files []string) (bool, [2]choiceFlags, error) {
	before, after := f.choiceFlags, f.choiceFlags
	switch {
	case f.isDividedByWhere(files):
		before.where = "not (" + f.where + ")"
	case f.a != "" && f.b != "" && f.at == "":
		before.where, after.where = both(f.where, f.a), both(f.where, f.b)
	case f.at != "" && f.a+f.b == "" && f.since+f.until == "":
		before.until, after.since, after.until = f.at, f.at, f.end
	case f.at != "" && f.a+f.b == "":
		return false, [2]choiceFlags{}, failf(exitUsage, "", "--at divides by time already: leave out --since and --until")
	case f.a+f.b != "":
		return false, [2]choiceFlags{}, failf(exitUsage, "", "--a and --b divide requests together, and without --at")
	default:
		return false, [2]choiceFlags{}, nil
	}
	if len(f.to.files) > 0 {
		return false, [2]choiceFlags{}, failf(exitUsage, "", "--to names a second set of files, and --a, --b and --at divide one")
	}
	if len(files) == 0 || slices.Contains(files, "-") {
		return false, [2]choiceFlags{}, failf(exitUsage, "write stdin to a file first", "a set that is divided is read twice, so it must be files")
	}
	return true, [2]choiceFlags{before, after}, nil
}

// isDividedByWhere reports whether --where divides one set, instead of choosing requests of two.
func (f *diffFlags) isDividedByWhere(files []string) bool {
	return f.where != "" && len(files) == 1 && len(f.to.files) == 0 && f.a+f.b+f.at == ""
}

// both returns an expression that is true where both are.
func both(where, expr string) string {
	if where == "" {
		return expr
	}
	return "(" + where + ") and (" + expr + ")"
}

package trace

// A repair makes one kind of damage harmless and leaves a note of every span it touched.
type repair struct {
	name string
	mend func(*assembly)
}

// repairs stand in the order in which they are made. Each relies on those above it: ids name
// one span (or a client and its server) before parents are looked up, the parents make a tree
// before clocks are compared along it, and lengths are right before clocks are compared at all,
// as far as their granularity lets them. Last goes what nothing above may know less of.
var repairs = []repair{
	{"duplicates", dropDuplicates},
	{"conflicts", settleConflicts},
	{"shared ids", linkParents},
	{"cycles", cutCycles},
	{"pages", turnPages},
	{"negative lengths", zeroNegatives},
	{"missing parents", listOrphans},
	{"granularity", measureGrains},
	{"clocks", alignClocks},
	{"names", findNameless},
	{"variety", boundVariety},
}

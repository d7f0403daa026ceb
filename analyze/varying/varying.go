package varying

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// What an id looks like is not always what ids look like: names of users, slugs, codes of products.
// Only all names of a run show it: at one position of a path, below the same parts, one value after
// the other that is new. So paths are folded once more when all requests are known, which makes
// the result independent of their order, of memory and of workers.

// A part is one part of a path, with the parts that follow it.
type part struct {
	below    map[string]*part
	requests int   // of all journeys here and below
	ends     []int // places of the names that end here
}

// A Name is the name of a journey, and how many requests have it.
type Name struct {
	Text     string
	Requests int
}

// Fold returns what each name becomes: one that it shares with those that differ from it only in
// what varies, else itself. Folding what it returned again changes nothing.
func Fold(names []Name) []string {
	out := make([]string, len(names))
	paths := map[string]*part{} // by what stands before the path
	var texts []int             // places of names without a path
	for i, name := range names {
		out[i] = name.Text
		before, path, found := cutPath(name.Text)
		if !found {
			texts = append(texts, i)
			continue
		}
		if paths[before] == nil {
			paths[before] = &part{}
		}
		paths[before].add(strings.Split(path, "/"), i, name.Requests)
	}
	for before, p := range paths {
		p.fold(isAnything)
		p.name(before+"/", "/", out)
	}
	foldTexts(names, texts, out)
	return out
}

// foldTexts folds names without a path, which stand at these places: those that differ in their last number, then those
// that differ in a word that has digits. The service and the word behind it say what is done, and are never ids.
func foldTexts(names []Name, at []int, out []string) {
	numbered := map[string][]int{} // by what they are without their last number
	for _, i := range at {
		if form, ok := unnumbered(names[i].Text); ok {
			numbered[form] = append(numbered[form], i)
		}
	}
	for form, same := range numbered {
		if areNew(names, same) {
			for _, i := range same {
				out[i] = form
			}
		}
	}
	texts := map[string]*part{} // by the two words that they begin with
	for _, i := range at {
		words := strings.Split(names[i].Text, " ")
		if len(words) < 3 || out[i] != names[i].Text {
			continue
		}
		before := words[0] + " " + words[1] + " "
		if texts[before] == nil {
			texts[before] = &part{}
		}
		texts[before].add(words[2:], i, names[i].Requests)
	}
	for before, p := range texts {
		p.fold(mostLookDrawn)
		p.name(before, " ", out)
	}
}

// unnumbered puts a placeholder for the last number of a name that has none yet: orders-17 and orders-18 are
// queues of one kind. ok is false without a number.
func unnumbered(name string) (form string, ok bool) {
	to := strings.LastIndexAny(name, "0123456789") + 1
	if to == 0 || strings.Contains(name, "{id}") {
		return "", false
	}
	from := len(strings.TrimRight(name[:to], "0123456789"))
	return name[:from] + "{id}" + name[to:], true
}

// areNew reports whether the names at these places are so many, and so many of them were met once, that
// the next request brings another one.
func areNew(names []Name, at []int) bool {
	once := 0
	for _, i := range at {
		if names[i].Requests == 1 {
			once++
		}
	}
	return len(at) >= newValues && 2*once >= len(at)
}

// cutPath cuts the name of a journey where its path begins.
func cutPath(name string) (before, path string, found bool) {
	if strings.HasPrefix(name, "/") {
		return "", name[1:], true
	}
	before, path, found = strings.Cut(name, " /")
	return before + " ", path, found
}

func (p *part) add(path []string, name, requests int) {
	p.requests += requests
	for _, value := range path {
		p = p.child(value)
		p.requests += requests
	}
	p.ends = append(p.ends, name)
}

func (p *part) child(value string) *part {
	if p.below[value] == nil {
		if p.below == nil {
			p.below = map[string]*part{}
		}
		p.below[value] = &part{}
	}
	return p.below[value]
}

// fold joins the parts that are values of one id, from the top down: what is below them is joined
// before it is looked at. canBeIDs is asked of values that are new.
func (p *part) fold(canBeIDs func(values []string) bool) {
	ids := p.ids(canBeIDs)
	if len(ids) > 0 {
		into := p.child(p.placeholder())
		for _, value := range ids {
			into.join(p.below[value])
			delete(p.below, value)
		}
	}
	for _, b := range p.below {
		b.fold(canBeIDs)
	}
}

// join adds what o holds.
func (p *part) join(o *part) {
	p.requests += o.requests
	p.ends = append(p.ends, o.ends...)
	for value, b := range o.below {
		p.child(value).join(b)
	}
}

// placeholder returns what stands for the ids among the parts below p: what does so already.
func (p *part) placeholder() string {
	found := slices.DeleteFunc(slices.Sorted(maps.Keys(p.below)), func(v string) bool { return !isPlaceholder(v) })
	if len(found) == 0 || slices.Contains(found, "{id}") {
		return "{id}"
	}
	return found[0]
}

const (
	newValues   = 20 // of which half were met once: the next request brings another one
	equalValues = 10 // of one length, most with digits: nobody names endpoints like that
	equalLength = 6
	manyMore    = 5  // times as often as the next: what is asked for so is no value like the others
	fewestBusy  = 10 // requests of it
)

// ids returns which of the parts below p are values of an id.
func (p *part) ids(canBeIDs func(values []string) bool) (ids []string) {
	var words, pieced []string
	folded, once, digits, equal, requests := false, 0, 0, true, 0
	for _, value := range slices.Sorted(maps.Keys(p.below)) {
		requests += p.below[value].requests
		if isPlaceholder(value) {
			folded = true
			continue
		}
		if isPieced(value) {
			pieced = append(pieced, value)
			continue
		}
		words = append(words, value)
		equal = equal && len(value) == len(words[0]) && len(value) >= equalLength
		if p.below[value].requests == 1 {
			once++
		}
		if looksDrawn(value) {
			digits++
		}
	}
	all := (len(words) >= newValues && 2*once >= len(words) && canBeIDs(words)) || (len(words) >= equalValues && equal && 2*digits > len(words))
	busy := p.busyFrom(words)
	for _, value := range words {
		n := p.below[value].requests
		stays := 2*n > requests || n >= busy // as /users/me and /users/search beside the users
		if (all && !stays) || ((all || folded) && looksDrawn(value)) {
			ids = append(ids, value)
		}
	}
	if folded || len(pieced) > 1 {
		ids = append(ids, pieced...)
	}
	return ids
}

// busyFrom returns from how many requests on a part is an endpoint of its own and no value: it and those that are asked
// for as often stand far above all others. Popular values do not: the next one is half as popular.
func (p *part) busyFrom(words []string) int {
	var asked []int
	for _, value := range words {
		asked = append(asked, p.below[value].requests)
	}
	slices.Sort(asked)
	for i := 1; i < len(asked); i++ {
		if asked[i] >= fewestBusy && asked[i] >= manyMore*asked[i-1] {
			return asked[i]
		}
	}
	return math.MaxInt
}

// isPieced reports whether a part is several placeholders and what stands between them: an id whose own dashes and dots
// cut it, in one request here and in another there.
func isPieced(value string) bool {
	pieces := 0
	for rest := value; rest != ""; {
		if end := strings.IndexByte(rest, '}'); rest[0] == '{' && end > 0 {
			pieces++
			rest = rest[end+1:]
			continue
		}
		if !strings.Contains("-_.~=", rest[:1]) {
			return false
		}
		rest = rest[1:]
	}
	return pieces > 0
}

// isAnything is for the parts of a path: whatever is new there is an id.
func isAnything([]string) bool { return true }

// mostLookDrawn is for words of a text, of which new ones may be anything: names of jobs and tables, too.
func mostLookDrawn(values []string) bool {
	drawn := 0
	for _, value := range values {
		if looksDrawn(value) {
			drawn++
		}
	}
	return 2*drawn > len(values)
}

func isPlaceholder(value string) bool {
	return strings.HasPrefix(value, ":") || (strings.HasPrefix(value, "{") && strings.IndexByte(value, '}') == len(value)-1) || (strings.HasPrefix(value, "<") && strings.HasSuffix(value, ">"))
}

// looksDrawn reports whether a part looks like one of many beside those that were folded by their looks: it has a
// digit, and is no version.
func looksDrawn(value string) bool {
	version, isVersion := strings.CutPrefix(value, "v")
	return strings.ContainsAny(value, "0123456789") && (!isVersion || strings.Trim(version, "0123456789.") != "")
}

// name writes down what the names that end below a part are called.
func (p *part) name(before, separator string, out []string) {
	for value, b := range p.below {
		for _, i := range b.ends {
			out[i] = before + value
		}
		b.name(before+value+separator, separator, out)
	}
}

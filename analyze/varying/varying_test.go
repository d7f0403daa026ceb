package varying

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// folded returns what paths are folded into, each with the number of requests for it.
func folded(paths []string) string { return counted(folding(counts(paths))) }

// apart returns the same of paths that are left as they are.
func apart(paths []string) string { return counted(counts(paths)) }

func counts(paths []string) map[string]int {
	n := map[string]int{}
	for _, path := range paths {
		n[path]++
	}
	return n
}

// folding folds names in any order.
func folding(requests map[string]int) map[string]int {
	var names []Name
	for path, n := range requests {
		names = append(names, Name{"web GET " + path, n})
	}
	out := map[string]int{}
	for i, name := range Fold(names) {
		out[strings.TrimPrefix(name, "web GET ")] += names[i].Requests
	}
	return out
}

func counted(requests map[string]int) string {
	var out []string
	for _, path := range slices.Sorted(maps.Keys(requests)) {
		out = append(out, fmt.Sprint(path, " ", requests[path]))
	}
	return strings.Join(out, ", ")
}

func many(n int, format string) (paths []string) {
	for i := range n {
		word := ""
		for k := i + 1; k > 0; k /= 5 {
			word += string("aeiou"[k%5]) + "r"
		}
		paths = append(paths, fmt.Sprintf(format, word))
	}
	return paths
}

// popular are words of which the second is asked for half as often as the first, the third a third as often.
func popular(n int) (paths []string) {
	for i, path := range many(n, "/by/%s") {
		paths = append(paths, slices.Repeat([]string{path}, max(1, 20/(i+1)))...)
	}
	return paths
}

func codes(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("/products/QX%cWYZ%d", 'A'+i, i%3))
	}
	return out
}

func TestWhatVariesAtOnePositionIsAnIdWhateverItLooksLike(t *testing.T) {
	words := many(20, "/by/%s")
	var both []string
	for i, user := range words {
		both = append(both, many(20, user+"/posts/%s")[i])
	}
	for what, c := range map[string]struct {
		paths []string
		want  string
	}{
		"twenty words that are new":        {many(20, "/by/%s/posts"), "/by/{id}/posts 20"},
		"ten of them came again":           {slices.Concat(words, words[:10]), "/by/{id} 30"},
		"the one that most ask for stays":  {slices.Concat(words, slices.Repeat([]string{"/by/me"}, 21)), "/by/me 21, /by/{id} 20"},
		"one that others ask for as often": {slices.Concat(words, words, words, words, words, slices.Repeat([]string{"/by/me"}, 24), many(200, "/by/%s")[100:]), "/by/{id} 224"},
		"busy endpoints stay beside them": {
			slices.Concat(words, words[:3], slices.Repeat([]string{"/by/me"}, 10), slices.Repeat([]string{"/by/search"}, 14), slices.Repeat([]string{"/by/top"}, 12)),
			"/by/me 10, /by/search 14, /by/top 12, /by/{id} 23",
		},
		"one that most ask for, beside a popular one": {
			slices.Concat(words, slices.Repeat(words[:1], 11), slices.Repeat(words[1:2], 3), slices.Repeat([]string{"/by/me"}, 40)), "/by/me 40, /by/{id} 34",
		},
		"one that is not so busy":         {slices.Concat(words, slices.Repeat([]string{"/by/me"}, 9)), "/by/{id} 29"},
		"one not far above the others":    {slices.Concat(words, words[:3], words[:3], slices.Repeat([]string{"/by/me"}, 14)), "/by/{id} 40"},
		"a popular one with digits":       {slices.Concat(words, slices.Repeat([]string{"/by/u7731"}, 15)), "/by/{id} 35"},
		"popular ones, each half as much": {popular(40), "/by/{id} " + fmt.Sprint(len(popular(40)))},
		"beside an id a digit is enough":  {[]string{"/products/{id}", "/products/LS4PSXUNUM", "/products/search"}, "/products/search 1, /products/{id} 2"},
		"a version is none":               {[]string{"/api/{id}", "/api/4", "/api/v1", "/api/v2"}, "/api/v1 1, /api/v2 1, /api/{id} 2"},
		"ten codes of one length":         {slices.Repeat(codes(10), 3), "/products/{id} 30"},
		"an id that its own dashes cut":   {[]string{"/doc/{id}", "/doc/{id}{id}", "/doc/{id}-{id}", "/doc/-{id}"}, "/doc/{id} 4"},
		"one that is never whole":         {[]string{"/jwt/{id}.{id}", "/jwt/{id}.{id}-{id}"}, "/jwt/{id} 2"},
		"a name of two ids":               {[]string{"/range/{id}-{id}"}, "/range/{id}-{id} 1"},
		"two positions":                   {both, "/by/{id}/posts/{id} 20"},
	} {
		if got := folded(c.paths); got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func TestEndpointsThatComeAgainStayApart(t *testing.T) {
	words := many(20, "/%s/list")
	for what, paths := range map[string][]string{
		"nineteen words": words[:19], "eleven of twenty came again": slices.Concat(words, words[:11]), "nine codes": slices.Repeat(codes(9), 3),
	} {
		if got := folded(paths); got != apart(paths) {
			t.Errorf("%s: %s", what, got)
		}
	}
}

func TestNamesDoNotDependOnOrderAndFoldingTwiceChangesNothing(t *testing.T) {
	paths := slices.Concat(many(40, "/by/%s/posts"), codes(12), many(12, "/%s"), []string{"/products/42", "/by/me"})
	want := folded(paths)
	for seed := range uint64(5) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(paths), func(i, k int) { paths[i], paths[k] = paths[k], paths[i] })
		once := folding(counts(paths))
		if got, again := counted(once), counted(folding(once)); got != want || again != want {
			t.Fatalf("seed %d: %s, then %s, want %s", seed, got, again, want)
		}
	}
}

func TestANameWithoutAPathStaysWhatItIs(t *testing.T) {
	if got := Fold([]Name{{"app poll", 3}, {"/by/1a", 1}, {"/by/{id}", 1}}); !slices.Equal(got, []string{"app poll", "/by/{id}", "/by/{id}"}) {
		t.Errorf("%q", got)
	}
}

// Paths of a few parts, of which some are words that come again, some new, some ids and some folded already.
func drawnPaths(t *rapid.T) (paths []string) {
	part := rapid.SampledFrom([]string{"users", "me", "v1", "v2", "{id}", ":name", "a1", "QXAWYZ1", "QXBWYZ2", "posts", ""})
	for range rapid.IntRange(0, 60).Draw(t, "paths") {
		path := ""
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "new") {
				path += fmt.Sprintf("/%s%d", rapid.StringMatching("[a-z]{1,3}").Draw(t, "word"), rapid.IntRange(0, 30).Draw(t, "number"))
				continue
			}
			path += "/" + part.Draw(t, "part")
		}
		paths = append(paths, path)
	}
	return paths
}

func TestFoldingIsIdempotentDoesNotDependOnOrderAndLosesNoRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		paths := drawnPaths(rt)
		once := folding(counts(paths))
		if again := counted(folding(once)); again != counted(once) {
			rt.Fatalf("folded once:\n%s\ntwice:\n%s", counted(once), again)
		}
		if other := folded(rapid.Permutation(paths).Draw(rt, "order")); other != counted(once) {
			rt.Fatalf("in one order:\n%s\nin another:\n%s", counted(once), other)
		}
		sum := 0
		for _, n := range once {
			sum += n
		}
		if sum != len(paths) {
			rt.Fatalf("%d of %d requests are left", sum, len(paths))
		}
	})
}

func TestNamesWithoutAPathThatDifferInANumberAreOne(t *testing.T) {
	queues := func(n, requests int) (names []Name) {
		for i := range n {
			names = append(names, Name{fmt.Sprintf("mail process v2-orders-%d.eu", i), requests})
		}
		return names
	}
	for what, c := range map[string]struct {
		names []Name
		want  string
	}{
		"twenty that are new":        {queues(20, 1), "mail process v2-orders-{id}.eu"},
		"nineteen":                   {queues(19, 1), "mail process v2-orders-0.eu"},
		"twenty that all know":       {queues(20, 2), "mail process v2-orders-0.eu"},
		"one that was folded before": {[]Name{{"mail process v2-orders-{id}", 1}}, "mail process v2-orders-{id}"},
	} {
		if got := Fold(c.names)[0]; got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func TestAWordOfATextThatIsNewIsAnIdIfMostHaveDigits(t *testing.T) {
	texts := func(n int, format string) (names []Name) {
		for i := range n {
			names = append(names, Name{fmt.Sprintf(format, i), 1})
		}
		return names
	}
	for what, c := range map[string]struct {
		names []Name
		want  string
	}{
		"twenty customers":           {texts(20, "jobs process order {id} for 0b%dd today"), "jobs process order {id} for {id} today"},
		"nineteen":                   {texts(19, "jobs process order {id} for 0b%dd"), "jobs process order {id} for 0b0d"},
		"one beside what is folded":  {[]Name{{"jobs mail to 0b4d", 1}, {"jobs mail to {id}", 6}}, "jobs mail to {id}"},
		"names of twenty tables":     {wordy(20, "app SELECT %s"), wordy(20, "app SELECT %s")[0].Text},
		"the word that says what is": {texts(20, "jobs %dx7 now"), "jobs 0x7 now"},
	} {
		if got := Fold(c.names)[0]; got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func wordy(n int, format string) (names []Name) {
	for _, text := range many(n, format) {
		names = append(names, Name{text, 1})
	}
	return names
}

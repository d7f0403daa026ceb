package spanstore

import (
	"encoding/json"
	"fmt"
	"hash/crc64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/trace"
)

// A plainNumbers gives numbers as an interner does, in the order of meeting, with nothing but a map.
type plainNumbers map[string]uint32

func (p plainNumbers) of(text string) uint32 {
	n, ok := p[text]
	if !ok {
		n = uint32(len(p))
		p[text] = n
	}
	return n
}

// lookalikes are texts that caches mistake for each other by length and outer bytes, beside
// others that they do not.
func lookalikes() *rapid.Generator[[]string] {
	middles := []string{"", "a", "b", "é", "\"", "\\", "\n", "zz", strings.Repeat("m", 30), strings.Repeat("n", 30), strings.Repeat("é", 150), strings.Repeat("w", 1100)}
	return rapid.Custom(func(t *rapid.T) (texts []string) {
		outer := rapid.SampledFrom([]string{"", "x", "the.same.outer.bytes"}).Draw(t, "outer")
		for _, middle := range rapid.SliceOfN(rapid.SampledFrom(middles), 1, 4).Draw(t, "middles") {
			texts = append(texts, outer+middle+outer, outer+"1"+middle+outer, outer+"2"+middle+outer)
		}
		return texts
	})
}

func withoutDigits(dst, value []byte) []byte {
	for _, c := range value {
		if c < '0' || c > '9' {
			dst = append(dst, c)
		}
	}
	return dst
}

// formByLetter gives keys a form by their first letter.
func formByLetter(key string) Form {
	switch {
	case strings.HasPrefix(key, "present"):
		return func(dst, _ []byte) []byte { return dst }
	case strings.HasPrefix(key, "shaped"):
		return withoutDigits
	}
	return nil
}

// keptOf is what is kept of a value, and whether some of it was cut off.
func keptOf(key, value string) (kept string, cut bool) {
	if form := formByLetter(key); form != nil {
		value = string(form(nil, []byte(value)))
	}
	for len(value) > 256 {
		_, size := utf8.DecodeLastRuneInString(value)
		value, cut = value[:len(value)-size], true
	}
	return value, cut
}

// escapesOf spells text as it stands in JSON between its quotes.
func escapesOf(text string) string {
	b, _ := json.Marshal(text)
	return string(b[1 : len(b)-1])
}

func TestAttributesHaveTheNumbersOfAPlainMap(t *testing.T) {
	all := []string{"a", "shaped", "present", "some.long.key.a.of.the.same.length", "some.long.key.b.of.the.same.length"}
	rapid.Check(t, func(rt *rapid.T) {
		tab, plain := newInterner(Options{Form: formByLetter, Target: targetByText}), plainNumbers{}
		keys, values := rapid.SliceOfN(rapid.SampledFrom(all), 1, 2).Draw(rt, "keys"), lookalikes().Draw(rt, "values")
		for _, v := range values {
			values = append(values, escapesOf(v)) // some are spelled like the escapes of others
		}
		for range rapid.IntRange(1, 100).Draw(rt, "steps") {
			if rapid.IntRange(0, 40).Draw(rt, "forget") == 40 {
				tab.forgetSignatures()
				clear(plain)
			}
			key, value := rapid.SampledFrom(keys).Draw(rt, "key"), rapid.SampledFrom(values).Draw(rt, "value")
			kept, cut := keptOf(key, value)
			target := crc64.Checksum([]byte(value), crc64.MakeTable(crc64.ISO))
			number := func() Numbered { return tab.AttributeID(tab.Key([]byte(key)), []byte(value)) }
			switch rapid.SampledFrom([]string{"as it is", "as it is", "escaped", "a name"}).Draw(rt, "kind") {
			case "escaped":
				number = func() Numbered { return tab.EscapedAttributeID(tab.Key([]byte(key)), []byte(escapesOf(value))) }
			case "a name":
				key, kept, cut = "", value, false
				number, target = func() Numbered { return Numbered{Number: tab.name([]byte(value)), Cut: cut} }, 0
			}
			wanted := plain.of(fmt.Sprintf("%s=%q %v", key, kept, cut))
			for range rapid.IntRange(1, 3).Draw(rt, "times") {
				if n := number(); n.Number != wanted || n.Cut != cut || n.Target != target {
					rt.Fatalf("%s=%q is %+v, want number %d, cut %v, target %x", key, value, n, wanted, cut, target)
				}
			}
			if p := tab.attributes[wanted]; p.attr != (trace.Attr{Key: key, Value: kept}) || p.Cut != cut {
				rt.Fatalf("number %d is %+v, want %s=%q", wanted, p, key, kept)
			}
		}
	})
}

// targetByText is of every key, and differs between texts.
func targetByText(string) Target {
	return Target{Rank: 1, Hash: func(value []byte) uint64 { return crc64.Checksum(value, crc64.MakeTable(crc64.ISO)) }}
}

func TestAKeyIsDecidedOnceHoweverManyLookLikeIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		asked := map[string]int{}
		tab := newInterner(Options{Keep: func(key string) bool { asked[key]++; return strings.Contains(key, "a") }})
		known := map[string]*Key{}
		keys := lookalikes().Draw(rt, "keys")
		for range 100 {
			key := rapid.SampledFrom(keys).Draw(rt, "key")
			k := tab.Key([]byte(key))
			if before := known[key]; before != nil && before != k {
				rt.Fatalf("%q was decided twice", key)
			}
			known[key] = k
			if k.Keep != strings.Contains(key, "a") || k.name != key || asked[key] != 1 {
				rt.Fatalf("%q: kept %v, named %q, asked for %d times", key, k.Keep, k.name, asked[key])
			}
		}
	})
}

// internerOfText returns an interner that knows some attributes, names, scopes and resources, all of which
// have the numbers 0 to 7, and 7 attributes of keys of their own from number 8 on.
func internerOfText() *Interner {
	t := newInterner(Options{})
	for i := range 8 {
		t.name(fmt.Appendf(nil, "n%d", i))
		t.Scope(fmt.Appendf(nil, "s%d", i))
		t.RememberResource(fmt.Append(nil, i), Resource{Service: fmt.Sprint("service", i)})
	}
	for i := range 7 {
		t.AttributeID(t.Key(fmt.Append(nil, "k", i)), []byte("v"))
	}
	return t
}

// someIDs draws a template: about one in four has a scope that is read later.
func someIDs(r *rand.Rand) []uint32 {
	ids := []uint32{uint32(r.IntN(8)), uint32(r.IntN(6)), uint32(r.IntN(8))}
	if r.IntN(4) == 0 {
		ids[scopeAt] = Later
	}
	for range r.IntN(4) {
		ids = append(ids, uint32(8+r.IntN(7)))
	}
	return ids
}

func TestTemplatesAndSignaturesHaveTheNumbersOfAPlainMap(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 3))
		tab, templates, sigs := internerOfText(), plainNumbers{}, plainNumbers{}
		var wordsOf [][]uint32 // of each signature
		number := func(res uint32, ids []uint32) uint32 {
			n := sigs.of(fmt.Sprint(res, ids))
			if int(n) == len(wordsOf) {
				wordsOf = append(wordsOf, slices.Clone(ids))
			}
			return n
		}
		for range 5000 {
			ids, res := someIDs(r), uint32(r.IntN(8))
			template := tab.templateID(ids)
			if n := templates.of(fmt.Sprint(ids)); template != n {
				t.Fatalf("template %v has number %d, want %d", ids, template, n)
			}
			sig := tab.numberSignature(signature{res, template})
			if n := number(res, ids); sig != n {
				t.Fatalf("signature %d %v has number %d, want %d", res, ids, sig, n)
			}
			if r.IntN(3) > 0 {
				continue
			}
			i, res, scope := uint32(r.IntN(len(wordsOf))), uint32(r.IntN(8)), uint32(r.IntN(8))
			whole := slices.Clone(wordsOf[i])
			if whole[scopeAt] == Later {
				whole[scopeAt] = scope
				templates.of(fmt.Sprint(whole))
			}
			if got, n := tab.resolve(i, res, scope), number(res, whole); got != n {
				t.Fatalf("signature %v of resource %d and scope %d is number %d, want %d", wordsOf[i], res, scope, got, n)
			}
		}
		if len(templates) < 2000 || len(sigs) < 4000 {
			t.Fatalf("only %d templates and %d signatures: the tables did not grow", len(templates), len(sigs))
		}
	}
}

// A described is all that makes up a signature, in words.
type described struct {
	service, host, scope, name string
	kind                       trace.Kind
	attrs                      []string // key=value
}

func someSignature(r *rand.Rand) described {
	d := described{
		service: fmt.Sprint("service", r.IntN(4)), host: fmt.Sprint("h", r.IntN(3)), scope: fmt.Sprint("s", r.IntN(3)),
		name: fmt.Sprint("n", r.IntN(5)), kind: trace.Kind(r.IntN(6)),
	}
	for i := range r.IntN(4) {
		d.attrs = append(d.attrs, fmt.Sprintf("k%d=%s", (i+r.IntN(2))%4, strings.Repeat("v", r.IntN(3)*130)))
	}
	return d
}

// readInto numbers a signature as reading it does.
func (s described) readInto(t *Interner) uint32 {
	raw := []byte(s.service + " " + s.host)
	res, known := t.KnownResource(raw)
	if !known {
		res = t.RememberResource(raw, Resource{Service: s.service, Host: s.host, Attrs: trace.Attrs{{Key: "host.name", Value: s.host}}})
	}
	var d Draft
	d.Reset(res, t.Scope([]byte(s.scope)))
	d.Name, d.Kind = []byte(s.name), s.kind
	for _, a := range s.attrs {
		key, value, _ := strings.Cut(a, "=")
		d.IDs = append(d.IDs, t.AttributeID(t.Key([]byte(key)), []byte(value)).Number)
	}
	return t.signature(&d)
}

func (s described) whole() trace.Signature {
	out := trace.Signature{Service: s.service, Host: s.host, Scope: s.scope, Name: s.name, Kind: s.kind, Resource: trace.Attrs{{Key: "host.name", Value: s.host}}}
	for _, a := range s.attrs {
		key, value, _ := strings.Cut(a, "=")
		out.Attrs = append(out.Attrs, trace.Attr{Key: key, Value: value[:min(len(value), 256)]})
	}
	out.Attrs = out.Attrs.Sort()
	return out
}

func sameSignature(a, b trace.Signature) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func TestWhatIsRenumberedHasTheNumbersThatReadingItWouldGive(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 5))
		to, from := newInterner(Options{}), newInterner(Options{})
		var theirs []described
		for range 40 {
			someSignature(r).readInto(to)
			theirs = append(theirs, someSignature(r))
			theirs[len(theirs)-1].readInto(from)
		}
		a := newRenumbering(to, from)
		for _, d := range theirs {
			i, knew := d.readInto(from), to.knowsResourceOf(d)
			n := a.signature(i)
			if again := a.signature(i); n != again {
				t.Fatalf("seed %d: %+v was renumbered as %d, and then as %d", seed, d, n, again)
			}
			if knew && n != d.readInto(to) {
				t.Fatalf("seed %d: %+v was renumbered as %d, and read as %d", seed, d, n, d.readInto(to))
			}
			if mine, theirs := to.whole(n), from.whole(i); !sameSignature(mine, theirs) || !sameSignature(mine, d.whole()) {
				t.Fatalf("seed %d: renumbered as\n%+v of\n%+v, which is\n%+v", seed, mine, theirs, d.whole())
			}
		}
	}
}

func (t *Interner) knowsResourceOf(s described) bool {
	_, ok := t.KnownResource([]byte(s.service + " " + s.host))
	return ok
}

func TestSignaturesThatAreForgottenAreReadAnew(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	tab := newInterner(Options{})
	for range 5 {
		sigs := plainNumbers{}
		for range 2000 {
			d := someSignature(r)
			n := d.readInto(tab)
			if want := sigs.of(fmt.Sprint(d)); n != want || !sameSignature(tab.whole(n), d.whole()) {
				t.Fatalf("%+v is number %d, want %d: %+v", d, n, want, tab.whole(n))
			}
		}
		tab.forgetSignatures()
		if tab.signatureBytes != 0 || len(tab.attributes)+len(tab.sigs.all)+len(tab.templates.ids) > 0 {
			t.Fatalf("%d bytes are still held", tab.signatureBytes)
		}
	}
}

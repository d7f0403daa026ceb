package wire

import (
	"bytes"
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// thing has one field of everything that can be coded.
type thing struct {
	signed   int64
	small    int8
	unsigned uint64
	narrow   uint16
	fixed    uint64
	truth    bool
	text     string
	id       ID
	list     []string
	times    map[string]int
}

func (v *thing) code(c *Coder) {
	Num(c, &v.signed)
	Num(c, &v.small)
	Num(c, &v.unsigned)
	Num(c, &v.narrow)
	Fixed(c, &v.fixed)
	c.Bool(&v.truth)
	Text(c, &v.text)
	c.ID(&v.id)
	List(c, &v.list, func(s *string) { Text(c, s) })
	Map(c, &v.times, cmp.Compare[string], func(k *string) { Text(c, k) }, func(n *int) { Num(c, n) })
}

func things() *rapid.Generator[thing] {
	text := rapid.SampledFrom([]string{"", "a", "shop", "日本", "a\x00b\xff"})
	return rapid.Custom(func(t *rapid.T) thing {
		return thing{
			signed: rapid.Int64().Draw(t, "signed"), small: rapid.Int8().Draw(t, "small"),
			unsigned: rapid.Uint64().Draw(t, "unsigned"), narrow: rapid.Uint16().Draw(t, "narrow"), fixed: rapid.Uint64().Draw(t, "fixed"),
			truth: rapid.Bool().Draw(t, "truth"), text: text.Draw(t, "text"), id: ID{rapid.Uint64Range(0, 2).Draw(t, "id")},
			list: rapid.SliceOf(text).Draw(t, "list"), times: rapid.MapOf(text, rapid.Int()).Draw(t, "times"),
		}
	})
}

func TestWhatIsWrittenIsReadBackAndNothingElseIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(things()).Draw(t, "things")
		w := Writer()
		List(w, &all, func(v *thing) { v.code(w) })
		r := Reader(w.Bytes())
		var got []thing
		List(r, &got, func(v *thing) { v.code(r) })
		if err := r.Done(); err != nil {
			t.Fatal(err)
		}
		same := slices.EqualFunc(all, got, func(a, b thing) bool {
			return a.signed == b.signed && a.small == b.small && a.unsigned == b.unsigned && a.narrow == b.narrow && a.fixed == b.fixed &&
				a.truth == b.truth && a.text == b.text && a.id == b.id && slices.Equal(a.list, b.list) && maps.Equal(a.times, b.times)
		})
		if !same {
			t.Fatalf("%+v became %+v", all, got)
		}
		if cut := rapid.IntRange(0, len(w.Bytes())-1).Draw(t, "cut"); !fails(w.Bytes()[:cut]) {
			t.Fatalf("cut after %d of %d bytes it is still whole", cut, len(w.Bytes()))
		}
		if !fails(append(bytes.Clone(w.Bytes()), 0)) {
			t.Fatal("a byte too many is not seen")
		}
	})
}

func fails(b []byte) bool {
	r := Reader(b)
	var got []thing
	List(r, &got, func(v *thing) { v.code(r) })
	return r.Done() != nil
}

func TestMapsAreWrittenInOrderAndReadInNoOther(t *testing.T) {
	r := Reader([]byte{2, 0, 0, 0, 0})
	m := map[int64]int64{}
	Map(r, &m, cmp.Compare[int64], func(k *int64) { Num(r, k) }, func(v *int64) { Num(r, v) })
	if r.Done() == nil {
		t.Error("a key stands there twice")
	}
}

func TestNumbersThatDoNotFitAreRefused(t *testing.T) {
	for _, n := range []int64{math.MaxInt8 + 1, math.MinInt8 - 1} {
		w := Writer()
		Num(w, &n)
		r := Reader(w.Bytes())
		var small int8
		if Num(r, &small); r.Done() == nil || small != 0 {
			t.Errorf("%d became %d", n, small)
		}
	}
}

func TestWhatIsPromisedIsNoMoreThanWhatIsThere(t *testing.T) {
	w := Writer()
	w.Len(1<<40, 1)
	r := Reader(w.Bytes())
	var all []thing
	if List(r, &all, func(v *thing) { v.code(r) }); r.Done() == nil || all != nil {
		t.Errorf("%d things of %d bytes", len(all), len(w.Bytes()))
	}
}

// Bytes that nobody checked neither make it panic nor take more memory than they are worth.
func FuzzReader(f *testing.F) {
	w := Writer()
	v := thing{signed: -5, text: "shop", list: []string{"a", "shop"}, times: map[string]int{"a": 1, "b": 2}}
	all := []thing{v, v}
	List(w, &all, func(v *thing) { v.code(w) })
	f.Add(w.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r := Reader(b)
		var got []thing
		List(r, &got, func(v *thing) { v.code(r) })
		r.Done()
	})
}

package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/internal/testkit"
)

// values generates whatever JSON can hold, nested so deep, with names that act on something.
func values(depth int) *rapid.Generator[any] {
	word := rapid.OneOf(
		rapid.String(), rapid.SampledFrom(testkit.HostileNames),
		rapid.StringOf(rapid.SampledFrom([]rune(`#"\,:{}[] 09é数🧨`+"\u202e\U000e0041\x7f\n"))),
	)
	leaf := rapid.OneOf(word.AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil))
	if depth == 0 {
		return leaf
	}
	below := values(depth - 1)
	return rapid.OneOf(leaf, rapid.SliceOfN(below, 0, 4).AsAny(), rapid.MapOfN(word, below, 0, 4).AsAny())
}

func laidOut(t *rapid.T, v any) string {
	var b bytes.Buffer
	if err := EncodeJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJSONIsLaidOutAsTheLibraryDoesButForWhatIsSpelledOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := values(5).Draw(rt, "value")
		indented, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := laidOut(rt, v), spelledOut(string(indented)+"\n"); got != want {
			rt.Fatalf("laid out as\n%s\nwant\n%s", got, want)
		}
	})
}

// spelledOut looks at every character alone.
func spelledOut(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '\n' || !isInvisible(r) && !strings.HasPrefix(s[i:], "##") {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte("0123456789abcdef"[unit>>shift&15])
			}
		}
	}
	return b.String()
}

func TestJSONIsReadBackAsItWas(t *testing.T) {
	read := func(rt *rapid.T, text []byte) (v any) {
		if err := json.Unmarshal(text, &v); err != nil {
			rt.Fatalf("%v in\n%s", err, text)
		}
		return v
	}
	rapid.Check(t, func(rt *rapid.T) {
		v := values(3).Draw(rt, "value")
		plain, err := json.Marshal(v)
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := read(rt, []byte(laidOut(rt, v))), read(rt, plain); !reflect.DeepEqual(got, want) {
			rt.Fatalf("%v is read back as %v", want, got)
		}
	})
}

func TestWhatHasNoPlaceInJSONIsAnError(t *testing.T) {
	var b bytes.Buffer
	if err := EncodeJSON(&b, map[string]any{"a": func() {}}); err == nil || b.Len() > 0 {
		t.Errorf("a function is written as %q", b.String())
	}
}

// full takes so much and no more.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestJSONThatCannotBeWrittenIsAnError(t *testing.T) {
	long := strings.Split(strings.Repeat("a text ", 3*jsonBuffer/7), " ")
	for _, room := range []int{0, jsonBuffer, 3 * jsonBuffer} {
		if err := EncodeJSON(&full{room}, long); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("with room for %d: %v", room, err)
		}
	}
	if err := EncodeJSON(&full{20 * jsonBuffer}, long); err != nil {
		t.Error(err)
	}
}

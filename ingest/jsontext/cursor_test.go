package jsontext

import (
	"encoding/json"
	"testing"
)

func TestEscapesAreResolvedAsJSONSays(t *testing.T) {
	for _, text := range []string{
		`plain`, `a\"b\\c\/d`, `\b\f\n\r\t`, `é`, `\u00e9`, `\ud834\udd1e`, `\ud834`, `\ud834x`, `\ud834\u0041`, `\udd1e`, `x\u0000y`,
	} {
		var want string
		if err := json.Unmarshal([]byte(`"`+text+`"`), &want); err != nil {
			t.Fatal(err)
		}
		if got := string(Unescape([]byte(text))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

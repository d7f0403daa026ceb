package sarif

import "testing"

func TestVersionsOfTheDriverBeginWithANumber(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "1.2.3": "1.2.3", "a1eb9ca": "0.0.0-a1eb9ca", "(devel)": "0.0.0-(devel)", "9724d10-dirty": "9724d10-dirty", "": "",
	} {
		if got := Longpole(version).Version; got != want {
			t.Errorf("%q: got %q, want %q", version, got, want)
		}
	}
}

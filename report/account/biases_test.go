package account

import (
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze"
)

func TestOneSignInManyJourneysIsOneWarning(t *testing.T) {
	jump := func(journey string) analyze.Bias {
		return analyze.Bias{Kind: analyze.BiasJump, Journey: journey, At: 200 * time.Millisecond}
	}
	failed := analyze.Bias{Kind: analyze.BiasErrors, Journey: "GET /b", Share: 400_000}
	sampler := analyze.Bias{Kind: analyze.BiasSampler, Key: "sampling.rule"}
	for _, c := range []struct {
		biases []analyze.Bias
		want   []string
	}{
		{nil, nil},
		{[]analyze.Bias{jump("GET /a")}, []string{"may be chosen: from 200 ms on there are suddenly many more of GET /a"}},
		{[]analyze.Bias{jump("GET /a"), jump("GET /b")}, []string{"true of 1 other journey."}},
		{[]analyze.Bias{sampler, jump("GET /a"), jump("GET /b"), failed, jump("GET /c")},
			[]string{"look chosen: they carry sampling.rule", "true of 2 other journeys.", "may be chosen: 40 % of GET /b failed"}},
	} {
		got := BiasWarnings(&analyze.Result{Biases: c.biases})
		if len(got) != len(c.want) {
			t.Fatalf("%v: %d warnings, want %d", c.biases, len(got), len(c.want))
		}
		for i, part := range c.want {
			if !strings.Contains(got[i], part) {
				t.Errorf("warning is %q, want %q in it", got[i], part)
			}
		}
	}
}

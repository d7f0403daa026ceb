package quality

import (
	"fmt"
	"slices"
	"testing"
)

func TestOneClientThatAsksForAllOfItIsNamed(t *testing.T) {
	asked := func(n int, host func(i int) string) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf(`
				GET client in=load %s   ==========
				  serve server in=web    ========`, host(i)))
		}
		return all
	}
	one := func(int) string { return "host=h1" }
	cron := "tick in=cron host=h9 ==="
	entered := "serve server in=web ==="
	for name, c := range map[string]struct {
		drawings []string
		want     int
	}{
		"one":                      {asked(20, one), 20},
		"too few":                  {asked(19, one), 0},
		"two machines":             {asked(20, func(i int) string { return fmt.Sprint("host=h", i%2) }), 0},
		"an unknown machine":       {asked(20, func(int) string { return "" }), 0},
		"work that asks nobody":    {append(asked(20, one), cron), 20},
		"a request from elsewhere": {append(slices.Clone(asked(20, one)), entered), 0},
	} {
		if got := surveyed(t, c.drawings...).Client; got.Traces != c.want || c.want > 0 && got.Client != (Client{"load", "h1"}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

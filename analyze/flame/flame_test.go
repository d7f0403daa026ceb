package flame_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze"
	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/flame"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// drawn draws what typical and slow requests of the first journey waited for. Traces are read by two
// collectors, the second of which reads those from a place on.
func drawn(all [][]trace.Span, from int) (*analyze.Journey, []flame.Node) {
	var parts [2]*analyze.Collector
	for i, some := range [][][]trace.Span{all[:from], all[from:]} {
		o := attribute.Options{Stacks: true}
		parts[i] = analyze.NewCollector(attribute.NewExplainer(category.BuiltIn(), nil), o)
		for _, spans := range some {
			parts[i].Add(trace.Assemble(slices.Clone(spans), trace.Options{}))
		}
	}
	parts[0].Merge(parts[1])
	res := parts[0].Result(analyze.Settings{})
	if len(res.Journeys) == 0 {
		return nil, nil
	}
	j := &res.Journeys[0]
	return j, flame.Of(parts[0].RequestsOf(j), j)
}

// numbered gives traces ids of their own.
func numbered(all ...[]trace.Span) [][]trace.Span {
	for i, spans := range all {
		for k := range spans {
			spans[k].Trace = trace.ID{Lo: uint64(i + 1)}
		}
	}
	return all
}

func TestThePathIsDrawnBelowTheCallsThatWaited(t *testing.T) {
	var all [][]trace.Span
	for i := range 40 {
		all = append(all, testkit.Draw(t, fmt.Sprintf(`
			buy server in=web            ====================%s
			  select client in=web        ====                    db.system=mysql
			  pay client in=web               ======%[1]s
			    charge server in=bank          ====%[1]s`, strings.Repeat("=", i/36*10))))
	}
	_, nodes := drawn(numbered(all...), 20)
	var got []string
	for _, n := range nodes {
		got = append(got, fmt.Sprintf("%d %s %s %v %v", n.Parent, n.Name, n.Layer, n.Times[flame.Typical], n.Times[flame.Slow]))
	}
	want := []string{
		"-1 web buy  20ms 30ms",
		"0 web pay  6ms 16ms",
		"1 bank charge  4ms 14ms",
		"2  app 4ms 14ms",
		"1 web -> bank network 2ms 2ms",
		"0 web select  4ms 4ms",
		"5 web -> mysql db 4ms 4ms",
		"0  app 10ms 10ms",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTimeBelowACallAddsUpToItAndAllToTheRequests(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := numbered(rapid.SliceOfN(testkit.Spans(), 1, 12).Draw(rt, "traces")...)
		from := rapid.IntRange(0, len(all)).Draw(rt, "from")
		j, nodes := drawn(all, from)
		if j == nil {
			rt.Skip("no request")
		}
		below := make([][2]time.Duration, len(nodes)+1)
		for _, n := range nodes {
			for which, d := range n.Times {
				below[n.Parent+1][which] += d
			}
		}
		if top := below[0]; top != [2]time.Duration{j.Tail.Typical.Total, j.Tail.Slow.Total} {
			rt.Fatalf("all is %v, not %v and %v", top, j.Tail.Typical.Total, j.Tail.Slow.Total)
		}
		for i, n := range nodes {
			if n.Layer == "" && below[i+1] != n.Times {
				rt.Fatalf("below %s is %v, not %v", n.Name, below[i+1], n.Times)
			}
		}
		if _, again := drawn(all, 0); !slices.Equal(again, nodes) {
			rt.Fatalf("read by one collector it is\n%v, by two\n%v", again, nodes)
		}
	})
}

func TestTimeThatIsTooLittleToBeDrawnIsKeptAsOthers(t *testing.T) {
	var all [][]trace.Span
	for range 30 {
		spans := testkit.Draw(t, `
			buy server in=web      ====================
			  pay client in=web     ======
			  note in=web                  =`)
		spans[2].End = spans[2].Start.Add(20 * time.Microsecond) // of 20 ms
		all = append(all, spans)
	}
	_, nodes := drawn(numbered(all...), 0)
	var layers []string
	for _, n := range nodes {
		layers = append(layers, n.Name+" "+n.Layer+" "+n.Times[flame.Slow].String())
	}
	want := []string{"web buy  20ms", "web pay  6ms", " external 6ms", " app 13.98ms", " others 20µs"}
	if !slices.Equal(layers, want) {
		t.Errorf("%q, want %q", layers, want)
	}
}

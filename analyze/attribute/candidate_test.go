package attribute_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/budget"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

var byRegion = &budget.Plan{Slices: []budget.SliceBy{{Name: "region", Keys: []string{"cloud.region"}}}}

// regionsOf returns the region of each request by its slice, and as a choice is told it.
func regionsOf(spans []trace.Span) (slice, choice []string) {
	e := attribute.NewPlanExplainer(category.BuiltIn(), byRegion)
	r := e.Read(trace.Assemble(slices.Clone(spans), trace.Options{}), attribute.Options{Chooses: func(q *attribute.Candidate) (bool, bool) {
		region, _ := q.Attr("cloud.region")
		choice = append(choice, region)
		return true, true
	}})
	for i := range r.Requests {
		slice = append(slice, e.Values.All[r.Structure(r.Requests[i].Root).Values[0]])
	}
	return slice, choice[:len(slice)]
}

func TestASliceIsThatOfTheFirstServiceThatARequestReaches(t *testing.T) {
	for _, c := range []struct{ drawing, region string }{
		{`GET client in=k6 region=eu           ==========
		    serve server in=web region=us       ========
		      ask client in=web region=us        =====
		        pay server in=pay region=ap       ===`, "us"},
		{`GET client in=k6 region=eu           ==========
		    serve server in=gateway             ========
		      pay server in=pay region=ap         ===`, "ap"},
		{`click in=browser cloud.region=eu     ==========
		    serve server in=web                 ========`, "eu"},
		{`click in=browser region=eu           ==========
		    serve server in=web                 ========`, ""},
		{`tick in=cron region=eu               ==========
		    query client db.system=mysql        ========`, "eu"},
		{`serve server in=web region=us        ==========
		    pay server in=pay region=ap          ===`, "us"},
	} {
		spans := onResources(testkit.Draw(t, c.drawing))
		slice, choice := regionsOf(spans)
		if !slices.Equal(slice, []string{c.region}) || !slices.Equal(choice, slice) {
			t.Errorf("%s\nis in %q by its slice, %q as it is chosen; want %q", c.drawing, slice, choice, c.region)
		}
	}
}

// onResources puts the regions that are drawn where a span's resource has them.
func onResources(spans []trace.Span) []trace.Span {
	for i := range spans {
		s := spans[i].Sig
		if region, ok := s.Attrs.Get("region"); ok {
			s.Resource = trace.Attrs{{Key: "cloud.region", Value: region}}
			s.Attrs = slices.DeleteFunc(s.Attrs, func(a trace.Attr) bool { return a.Key == "region" })
		}
	}
	return spans
}

func TestARequestIsChosenByTheAttributesThatItsSlicesHave(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		spans := testkit.Spans().Draw(rt, "trace")
		for i := range spans {
			s := *spans[i].Sig
			region := rapid.SampledFrom([]string{"", "", "eu", "us", "ap"}).Draw(rt, "region")
			attrs := trace.Attrs{{Key: "cloud.region", Value: region}}
			switch rapid.IntRange(0, 3).Draw(rt, "where") {
			case 0:
			case 1:
				s.Attrs = append(slices.Clone(s.Attrs), attrs...).Sort()
			default:
				s.Resource = attrs
			}
			if region == "" {
				s.Attrs, s.Resource = spans[i].Sig.Attrs, spans[i].Sig.Resource
			}
			spans[i].Sig = &s
		}
		if slice, choice := regionsOf(spans); !slices.Equal(slice, choice) {
			rt.Fatalf("regions %q by slice, %q as they are chosen", slice, choice)
		}
	})
}

func TestASliceByCallsTellsWhoCallsSomebody(t *testing.T) {
	plan := &budget.Plan{Slices: []budget.SliceBy{budget.By("calls:audit"), budget.By("calls:mysql"), budget.By("cloud.region")}}
	for drawing, want := range map[string][]string{
		`serve server in=web cloud.region=eu   ==========
		   POST client in=web                   ========
		     note server in=audit                ======`: {"yes", "no", "eu"},
		`serve server in=web                   ==========
		   find client in=web                   ======== db.system=mysql`: {"no", "yes", ""},
		`buy client in=k6                      ==========
		   serve server in=web                  ========`: {"no", "no", ""},
	} {
		e := attribute.NewPlanExplainer(category.BuiltIn(), plan)
		r := e.Read(testkit.DrawTrace(t, drawing), attribute.Options{})
		var got []string
		for _, v := range r.Structure(r.Requests[0].Root).Values[:3] {
			got = append(got, e.Values.All[v])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\nis %q, want %q", drawing, got, want)
		}
	}
}

package choice_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/analyze/choice"
	"github.com/longpole/longpole/budget/category"
	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/trace"
)

// The request is asked of web, which runs in eu-west-1; what asks runs in us-east-1.
const drawn = `
	ask client          ============   in=load cloud.region=us-east-1 user.tier=gold
	  serve server       ==========    in=web http.route=/cart http.request.method=GET http.response.status_code=503 size=17 wait=1s cloud.region=eu-west-1 failed
`

func TestAnExpressionIsAskedOfTheFirstServiceThatARequestReaches(t *testing.T) {
	for where, holds := range map[string]bool{
		`service == "web"`:                       true,
		`service == "load"`:                      false,
		`route == "GET /cart"`:                   true,
		`status == 503 && status in 500..599`:    true,
		`duration == 12ms`:                       true,
		`duration > 12ms`:                        false,
		`duration >= 0.012s and duration < 1m2s`: true,
		`duration > 11999us`:                     true,
		`error`:                                  false,
		`not error`:                              true,
		`attr["cloud.region"] == "eu-west-1"`:    true,
		`attr["cloud.region"] == 'us-east-1'`:    false,
		`attr["user.tier"] startsWith "go"`:      true,
		`"user.tier" in attr`:                    true,
		`"nobody.has" in attr`:                   false,
		`attr["nobody.has"] == ""`:               true,
		`int(attr["size"]) > 16`:                 true,
		`attr["cloud.region"] matches "^eu-"`:    true,
		`attr["wait"] == "1s"`:                   true,
	} {
		if got, told := chooses(t, where, "", ""); got != holds || !told {
			t.Errorf("%s: chosen %v, told %v", where, got, told)
		}
	}
}

func TestANumberThatIsAskedOfATextThatIsNoneIsNotTold(t *testing.T) {
	if chosen, told := chooses(t, `int(attr["cloud.region"]) < 3`, "", ""); chosen || told {
		t.Errorf("chosen %v, told %v", chosen, told)
	}
}

func TestARequestIsChosenByWhenItBegins(t *testing.T) {
	for _, c := range []struct {
		since, until string
		want         bool
	}{
		{"2026-11-26T00:00:10Z", "", true},
		{"2026-11-26 00:00:10", "", true},
		{"2026-11-26T00:00:10.000000001Z", "", false},
		{"2026-11-26T01:00:10+01:00", "2026-11-26T00:00:10.000000001Z", true},
		{"", "2026-11-26T00:00:10Z", false},
		{"2026-11-26", "2026-11-27", true},
		{"1795651210", "1795651211", true},
		{"1795651210001", "", false},
		{"", "1795651210000001", true},
		{"1795651210000000000", "", true},
	} {
		if got, told := chooses(t, "", c.since, c.until); got != c.want || !told {
			t.Errorf("from %s to %s: %v", c.since, c.until, got)
		}
	}
}

func TestWhatIsWrongInAChoiceIsSaidWithWhereAndWhatToWrite(t *testing.T) {
	for _, c := range []struct{ where, since, until, says, try string }{
		{`regoin == "x"`, "", "", "--where: column 1: unknown name regoin", "service, route"},
		{`error && cloud.region == "x"`, "", "", "column 10: unknown name cloud", `attr["cloud.region"]`},
		{`duration > 1.5s && nope`, "", "", "column 20: unknown name nope", "names are"},
		{`duration > 5`, "", "", "a length of time and a number do not go with >", "500ms"},
		{`status == "503"`, "", "", "a number and a text", "status >= 500"},
		{`attr["x"] > 5`, "", "", "a text and a number", `int(attr["KEY"])`},
		{`service = "web"`, "", "", "unexpected token", "== compares"},
		{`service`, "", "", "expected yes or no, but got a text", "compare"},
		{`duration > 5sec`, "", "", "bad number", "500ms"},
		{`attr[service] == ""`, "", "", "one key, in quotes", "attr["},
		{`len(keys(attr)) > 1`, "", "", "one key, in quotes", "attr["},
		{`$env["attr"]["x"] == "1"`, "", "", "one key, in quotes", "attr["},
		{`service == "web`, "", "", "literal not terminated", ""},
		{`now() == now()`, "", "", "", ""},
		{``, "yesterday", "", `--since: "yesterday" is no date and time`, "2026-"},
		{``, "2020", "", `--since: "2020" is no date`, "2026-"},
		{``, "9999-01-01", "", `--since: "9999-01-01" is no date`, "2026-"},
		{``, "", "14:03", `--until: "14:03" is no date`, "2026-"},
		{``, "2026-11-26", "2026-11-26", "--until: 2026-11-26 is not after --since", ""},
	} {
		_, err := choice.New(c.where, c.since, c.until)
		var wrong *choice.Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.says) || !strings.Contains(wrong.Hint, c.try) {
			t.Errorf("%s%s%s: %v, try %v", c.where, c.since, c.until, err, wrong)
		}
	}
}

func TestAChoiceSaysWhichAttributesItAsksFor(t *testing.T) {
	c, err := choice.New(`attr["b"] == "1" || "a" in attr || attr["b"] == attr?.c`, "", "")
	if err != nil || !slices.Equal(c.Keys(), []string{"a", "b", "c"}) || c.ByOutcome() || c.IsAll() {
		t.Errorf("%v, %v", c, err)
	}
}

func TestAChoiceSaysThatItAsksHowRequestsWent(t *testing.T) {
	for _, where := range []string{"error", "duration > 1s", "status == 500"} {
		if c, err := choice.New(where, "", ""); err != nil || !c.ByOutcome() {
			t.Errorf("%s: %v", where, err)
		}
	}
}

// chooses reads the drawn request and asks a choice for it.
func chooses(t *testing.T, where, since, until string) (chosen, told bool) {
	t.Helper()
	c, err := choice.New(where, since, until)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	asked := 0
	options := attribute.Options{ChosenBy: c.Keys(), Chooses: func(q *attribute.Candidate) (bool, bool) {
		asked++
		chosen, told = c.Chooses(q)
		return chosen, told
	}}
	spans := testkit.Draw(t, drawn)
	begin := trace.Time(time.Date(2026, 11, 26, 0, 0, 10, 0, time.UTC).UnixNano()) - spans[0].Start
	for i := range spans {
		spans[i].Start, spans[i].End = spans[i].Start+begin, spans[i].End+begin
	}
	r := attribute.NewExplainer(category.BuiltIn(), nil).Read(trace.Assemble(spans, trace.Options{}), options)
	if asked != 1 || (len(r.Requests) == 1) != chosen || r.IsLeftOut() == chosen {
		t.Fatal(fmt.Sprint("asked ", asked, " times; ", len(r.Requests), " requests"))
	}
	return chosen, told
}

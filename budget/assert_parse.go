package budget

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longpole/longpole/budget/match"
	"github.com/longpole/longpole/internal/strictyaml"
)

// An assertError says what is wrong with an assertion and at which byte of it.
type assertError struct {
	at   int
	text string
}

func (e *assertError) Error() string { return e.text }

// assertion is the shape of every line: subject, slices in braces, comparison, limit.
var assertion = regexp.MustCompile(`^\s*([^<>={}]*?)\s*(\{[^{}]*\})?\s*(<=|<|>=|>|==|=|!=|$)\s*(.*?)\s*$`)

var subjectShape = regexp.MustCompile(`(?s)^(?:(regression|findings)\(\s*(.*?)\s*\)|(.*))$`)

var layerRank = regexp.MustCompile(`^(?:(.+)\.)?(p\d[\d.]*)$`)

// ParseAssertion reads one line of an assert list. Whether its layer and its slices exist is for
// the plan to say.
func ParseAssertion(text string) (Assertion, error) {
	m := assertion.FindStringSubmatchIndex(text)
	if m == nil {
		return Assertion{}, &assertError{0, fmt.Sprintf("cannot read assertion %q; write for example \"p95 < 400ms\"", text)}
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
	a := Assertion{Text: strings.TrimSpace(text)}
	for _, step := range []struct {
		at int
		do func() error
	}{
		{m[2], func() error { return a.readSubject(part(1)) }},
		{max(m[4], 0), func() error { return a.readSlices(part(2)) }},
		{m[6], func() error { return a.readOp(part(3)) }},
		{m[8], func() error { return a.readLimit(part(4)) }},
	} {
		if err := step.do(); err != nil {
			return a, &assertError{step.at, err.Error()}
		}
	}
	return a, nil
}

func (a *Assertion) readSubject(s string) (err error) {
	m := subjectShape.FindStringSubmatch(s)
	if m[1] == string(FoundOf) {
		a.Measure = FoundOf
		a.Level, err = ParseLevel(m[2])
		return err
	}
	if m[1] != "" {
		if err := a.readMeasure(m[2]); err != nil {
			return err
		}
		if a.Measure != Percentile {
			return fmt.Errorf("regression(%s): only percentiles are compared with a baseline, as in regression(p95)", m[2])
		}
		a.Measure = Regression
		return nil
	}
	return a.readMeasure(m[3])
}

var plainMeasures = []Measure{Mean, Amplification, ErrorShare, BlownShare, NewOnPath}

// readMeasure reads "p95", "payment.p95" and the measures that have a name.
func (a *Assertion) readMeasure(s string) error {
	for _, m := range plainMeasures {
		if layer, ok := cutMeasure(s, string(m)); ok {
			a.Measure, a.Layer = m, layer
			return a.checkLayered()
		}
	}
	m := layerRank.FindStringSubmatch(s)
	if m == nil {
		return fmt.Errorf("unknown measure %q%s", s, strictyaml.Nearest(s, measureNames()))
	}
	rank, err := ParseRank(m[2])
	a.Measure, a.Rank, a.Layer = Percentile, rank, m[1]
	return err
}

func (a *Assertion) checkLayered() error {
	if a.Layer != "" && a.Measure != Mean && a.Measure != BlownShare {
		return fmt.Errorf("%s is measured for the whole journey, not for layer %q", a.Measure, a.Layer)
	}
	return nil
}

// cutMeasure splits "payment.mean" at the name of its measure.
func cutMeasure(s, measure string) (layer string, ok bool) {
	if s == measure {
		return "", true
	}
	return strings.CutSuffix(s, "."+measure)
}

func measureNames() []string {
	names := []string{"p50", "p95", "p99", "regression(p95)", "findings(likely)"}
	for _, m := range plainMeasures {
		names = append(names, string(m))
	}
	return names
}

// ParseRank reads a percentile, "p95" or "p99.9".
func ParseRank(s string) (Rank, error) {
	n, err := parseDecimal(strings.TrimPrefix(s, "p"), 1000)
	if err == nil && n%10 != 0 {
		return 0, fmt.Errorf("%q is finer than can be measured; write at most two digits after the point, such as p99.99", s)
	}
	if err != nil || !strings.HasPrefix(s, "p") || n <= 0 || n >= 100_000 {
		return 0, fmt.Errorf("%q is no percentile; write one above p0 and below p100, such as p95 or p99.9", s)
	}
	return Rank(n), nil
}

func (a *Assertion) readSlices(s string) error {
	if s == "" {
		return nil
	}
	for pair := range strings.SplitSeq(strings.Trim(s, "{}"), ",") {
		name, glob, ok := strings.Cut(pair, "=")
		name, glob = strings.TrimSpace(name), strings.Trim(strings.TrimSpace(glob), `"'`)
		if !ok || name == "" || glob == "" {
			return fmt.Errorf("cannot read slice %q; write {region=eu-*}", s)
		}
		if slices.ContainsFunc(a.Where, func(w Slice) bool { return w.Name == name }) {
			return fmt.Errorf("slice %q stands twice in %q", name, s)
		}
		a.Where = append(a.Where, Slice{name, match.Glob(glob)})
	}
	return nil
}

func (a *Assertion) readOp(s string) error {
	switch Op(s) {
	case Less, LessEqual:
		a.Op = Op(s)
		return nil
	case "":
		return fmt.Errorf("%q has no limit; write for example \"%s < 400ms\"", a.Text, a.Text)
	}
	return fmt.Errorf("%q asks for %q; a limit is an upper one, so write < or <=", a.Text, s)
}

func (a *Assertion) readLimit(s string) (err error) {
	switch a.Measure {
	case Percentile, Mean:
		a.Limit.Unit = UnitTime
		a.Limit.Value, err = parseTime(s)
	case NewOnPath:
		a.Limit.Unit = UnitRatio
		if a.Limit.Value, err = parseDecimal(s, 1_000_000); err != nil || a.Limit.Value%1_000_000 != 0 {
			return fmt.Errorf("%q is no number of dependencies; write for example 0", s)
		}
	case FoundOf:
		a.Limit.Unit = UnitRatio
		if a.Limit.Value, err = parseDecimal(s, 1_000_000); err != nil || a.Limit.Value%1_000_000 != 0 {
			return fmt.Errorf("%q is no number of findings; write for example 0", s)
		}
	case Amplification:
		a.Limit.Unit = UnitRatio
		if a.Limit.Value, err = parseDecimal(s, 1_000_000); err != nil || a.Limit.Value <= 0 {
			return fmt.Errorf("%q is no ratio; write for example 1.2", s)
		}
	default:
		a.Limit.Unit = UnitShare
		a.Limit.Value, err = parseShare(s)
	}
	return err
}

// splitNumber is a number with a blank inside.
var splitNumber = regexp.MustCompile(`[0-9.]\s+[0-9.]`)

func parseTime(s string) (int64, error) {
	d, err := time.ParseDuration(strings.ReplaceAll(s, " ", ""))
	if splitNumber.MatchString(s) { // "8 00ms" is no 800 ms
		err = strconv.ErrSyntax
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no duration; write for example 400ms or 1.5s", s)
	case d <= 0:
		return 0, fmt.Errorf("%q is no limit; a duration must be above zero", s)
	}
	return int64(d), nil
}

func parseShare(s string) (int64, error) {
	number, ok := strings.CutSuffix(s, "%")
	n, err := parseDecimal(strings.TrimSpace(number), 10_000)
	if !ok || err != nil || n <= 0 {
		return 0, fmt.Errorf("%q is no share; write for example 5%%", s)
	}
	return n, nil
}

// parseDecimal reads a decimal without sign or exponent as a whole number of 1/scale.
func parseDecimal(s string, scale int64) (int64, error) {
	whole, fraction, found := strings.Cut(s, ".")
	digits := len(strconv.FormatInt(scale, 10)) - 1
	if !isDigits(whole) || len(whole) > 9 || (found && !isDigits(fraction)) || len(fraction) > digits {
		return 0, fmt.Errorf("%q is no number", s)
	}
	return strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

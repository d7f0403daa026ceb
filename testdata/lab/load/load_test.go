package load

import (
	"context"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/longpole/longpole/testdata/lab/kit"
)

func newTestCrowd(t *testing.T, seed uint64) *crowd {
	t.Helper()
	dir := t.TempDir()
	if err := kit.MakeCertificate(dir); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LAB_DIR", dir)
	c, err := newCrowd(seed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func visits(c *crowd, n int) []visit {
	var out []visit
	for range n {
		out = append(out, c.draw())
	}
	return out
}

func TestTheSameSeedBringsTheSameCustomers(t *testing.T) {
	first := visits(newTestCrowd(t, 5), 100)
	if again := visits(newTestCrowd(t, 5), 100); !slices.Equal(first, again) {
		t.Error("two crowds of one seed differ")
	}
	if other := visits(newTestCrowd(t, 6), 100); slices.Equal(first, other) {
		t.Error("two crowds of two seeds are the same")
	}
}

func TestTheMixDecidesWhatCustomersDo(t *testing.T) {
	t.Setenv("LOAD_MIX", "search=3 product=1")
	count := map[string]int{}
	for _, v := range visits(newTestCrowd(t, 5), 1000) {
		count[v.journey]++
	}
	if count["POST /checkout"] != 0 || count["GET /search"] < 650 || count["GET /product/{id}"] < 150 {
		t.Errorf("got %v, want about 750 searches, 250 pages and no checkout", count)
	}
}

func TestAMixThatIsNotAMixIsRefused(t *testing.T) {
	t.Setenv("LOAD_MIX", "search")
	dir := t.TempDir()
	if err := kit.MakeCertificate(dir); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LAB_DIR", dir)
	if _, err := newCrowd(1); err == nil || !strings.Contains(err.Error(), `LOAD_MIX "search"`) {
		t.Errorf("got %v, want an error that quotes LOAD_MIX", err)
	}
}

func TestTheWarmUpTellsServicesNotToRecord(t *testing.T) {
	sc := trace.SpanContextFromContext(unsampled(context.Background()))
	if !sc.IsValid() || sc.IsSampled() || !sc.IsRemote() {
		t.Errorf("got valid %v, sampled %v, remote %v", sc.IsValid(), sc.IsSampled(), sc.IsRemote())
	}
}

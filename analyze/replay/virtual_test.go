package replay_test

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

var twins = flag.Int("twins", 1, "virtual twins of each cure")

// virtualCures are the cures of the lab in virtual time that are what a change asks for, with that change.
var virtualCures = []struct{ scenario, cure, journey, change string }{
	{"cache-slow", "wire-mended", "load GET /product/{id}", "set cache=typical"},
	{"caller-timeout", "not-stuck", "load GET /product/{id}", "set app{recommendations}=typical"},
	{"cold-start", "provisioned", "load POST /checkout", "set coldstart{tax}=0"},
	{"hidden-queue", "two-workers", "load POST /checkout", "servers payment worker=2"},
	{"hot-instance", "instance-as-others", "load GET /product/{id}", "set app{recommendations}=typical"},
	{"n-plus-one", "one-query", "load GET /product/{id}", "set db{recommendations -> postgres.shop.test}=5%"},
	{"payment-slow", "payment-as-usual", "load POST /checkout", "set app{payment}=typical"},
	{"pool-of-two", "pool-3", "load POST /checkout", "servers inventory pool=3"},
	{"pool-of-two", "pool-24", "load POST /checkout", "servers inventory pool=24"},
	{"retry-once", "no-refusal", "load POST /checkout", "set retry{web -> payment}=0"},
	{"retry-storm", "no-outage", "load POST /checkout", "set retry{web -> payment}=0"},
	{"slow-build", "rolled-back", "load GET /product/{id}", "set app{recommendations}=typical"},
	{"slow-dns", "names-quick", "load POST /checkout", "set dns{web -> payment}=0"},
	{"slow-query", "query-fixed", "load POST /checkout", "set db{inventory -> postgresql}=typical"},
	{"slow-region", "nearer", "load POST /checkout", "set network{web -> payment, cloud.region=ap-south-1}=11%"},
	{"slow-shard", "hedged", "load GET /search", "hedge search -> shard=15ms"},
	{"sync-audit", "audit-async", "load POST /checkout", "remove web -> audit"},
	{"tls-no-reuse", "reused", "load POST /checkout", "set tls{web -> payment, service.instance.id=web-us}=0;set connect{web -> payment, service.instance.id=web-us}=0"},
	{"tls-no-reuse", "tls-1.3", "load POST /checkout", "set tls{web -> payment}=50%"},
	{"cache-off", "cache-on", "load GET /product/{id}", "cache recommendations -> postgres.shop.test=80%"},
	{"calls-in-turn", "calls-together", "load POST /checkout", "parallel web -> inventory,web -> tax"},
	{"no-timeout", "timeout-170", "load GET /product/{id}", "timeout web -> recommendations=170ms"},
	{"hotrod-lock", "query-100-ms", "frontend GET /dispatch", "set db{customer -> mysql}=33.3%"},
	{"hotrod-lock", "no-lock", "frontend GET /dispatch", "servers customer lock=1000"},
	{"hotrod-pool", "pool-100", "frontend GET /dispatch", "servers route pool=100"},
	{"station", "two-servers", "station GET /serve", "servers station pool=2"},
}

// A virtual twin differs from its fault by the one change and by what follows from it, so what is off is the method's.
func TestVirtualTwinsLieInTheBracket(t *testing.T) {
	write := virtualLab(t)
	table := "| fault | cure | the change, as asked | p50 off by | p95 off by | inside | bracket |\n|---|---|---|---:|---:|---:|---:|\n"
	inside, all := 0, 0
	for _, c := range testkit.Some(virtualCures, 5) {
		var off, offTail, widths []int64
		in := 0
		for seed := range *twins {
			args := []string{"-scenario", c.scenario, "-seed", fmt.Sprint(seed + 1), "-requests", "400"}
			cured, _ := analysed(t, nil, write(append(args, "-cure="+c.cure)...))
			changes := strings.Split(c.change, ";")
			_, run := analysed(t, scenario(t, changes...).Terms(), write(args...))
			p50, p95 := predicted(t, run, cured, c.journey, changes...)
			off, offTail, widths = append(off, p50.off()), append(offTail, p95.off()), append(widths, p95.width())
			if p95.isInside() {
				in++
			}
		}
		inside, all = inside+in, all+*twins
		table += fmt.Sprintf("| %s | %s | `--%s` | %s | %s | %d of %d | %s |\n", c.scenario, c.cure, strings.ReplaceAll(c.change, ";", "` `--"),
			percent(middle(off)), percent(middle(offTail)), in, *twins, percent(middle(widths)))
	}
	table += fmt.Sprintf("\n%d of %d virtual twins have their p95 inside of the bracket. Figures of a row are the middle ones of its twins.\n", inside, all)
	t.Log("\n" + table)
	if inside*10 < all*9 {
		t.Error("that is less than 90 %")
	}
	if *twins == inTheDocs && testkit.Whole() {
		testkit.Block(t, "../../docs/accuracy.md", "virtual twins", table)
	}
}

// inTheDocs is how many twins of each cure the table in the docs is of.
const inTheDocs = 8

// virtualLab builds the lab in virtual time, and returns what writes a recording of it.
func virtualLab(t *testing.T) func(args ...string) (file string) {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "virtual")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = "../../testdata/lab/virtual"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(args ...string) string {
		name := filepath.Join(dir, "traces")
		if out, err := exec.CommandContext(t.Context(), program, append(args, "-out", name)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return name
	}
}

package budget

import (
	"strings"
	"testing"
	"time"
)

func TestAPlanSaysWhatServicesCost(t *testing.T) {
	p, err := Load("plan.yaml", []byte("version: 1\nprices: {web-1: 7, \"web*\": 0.12}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string]int64{"web-1": 3_500_000, "web-2": 60_000, "payment": -1} {
		got, known := p.PriceOf(service, 30*time.Minute)
		if known != (want >= 0) || known && got != want {
			t.Errorf("half an hour of %s costs %d millionths, known %v", service, got, known)
		}
	}
}

func TestWhatIsNoPriceIsRefused(t *testing.T) {
	for _, text := range []string{"much", "-1", "[1]"} {
		if _, err := Load("plan.yaml", []byte("version: 1\nprices: {web: "+text+"}\n")); err == nil || !strings.Contains(err.Error(), "no price of an hour") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

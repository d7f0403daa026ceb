package props

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// answerOf keeps what a DNS handler writes.
type answerOf struct {
	dns.ResponseWriter
	msg *dns.Msg
}

func (a *answerOf) WriteMsg(m *dns.Msg) error { a.msg = m; return nil }

func ask(z zone, name string, kind uint16) *dns.Msg {
	var a answerOf
	z.ServeDNS(&a, new(dns.Msg).SetQuestion(name, kind))
	return a.msg
}

func TestANameIsAnsweredWithAllItsAddresses(t *testing.T) {
	z := zone{hosts: map[string][]net.IP{"web": {net.IPv4(127, 0, 0, 1), net.IPv4(127, 0, 0, 2)}}}
	if got := ask(z, "web.shop.test.", dns.TypeA); len(got.Answer) != 2 || !got.Authoritative {
		t.Errorf("got %d records, authoritative %v", len(got.Answer), got.Authoritative)
	}
}

func TestAKnownNameHasNoIPv6AddressWhichIsNoError(t *testing.T) {
	z := zone{hosts: map[string][]net.IP{"web": {net.IPv4(127, 0, 0, 1)}}}
	if got := ask(z, "web.shop.test.", dns.TypeAAAA); got.Rcode != dns.RcodeSuccess || len(got.Answer) != 0 {
		t.Errorf("got code %d with %d records", got.Rcode, len(got.Answer))
	}
}

func TestAnUnknownNameIsAnError(t *testing.T) {
	for _, name := range []string{"nobody.shop.test.", "web.example.com."} {
		if got := ask(zone{}, name, dns.TypeA); got.Rcode != dns.RcodeNameError {
			t.Errorf("%s: got code %d, want NXDOMAIN", name, got.Rcode)
		}
	}
}

func TestAWireKeepsTheOrderOfWhatItCarries(t *testing.T) {
	near, far := net.Pipe()
	go func() {
		for _, word := range []string{"one ", "two ", "three"} {
			_, _ = near.Write([]byte(word))
		}
		near.Close()
	}()
	delays := []time.Duration{3 * time.Millisecond, 0, time.Millisecond, 0}
	var out bytes.Buffer
	carry(&out, far, func() time.Duration {
		d := delays[0]
		delays = delays[1:]
		return d
	})
	if out.String() != "one two three" {
		t.Errorf("got %q", out.String())
	}
}

func TestOnlyTheHelloOfAConnectionIsLateAndEachConnectionHasOne(t *testing.T) {
	w := wire{hello: 250 * time.Millisecond, share: 1}
	for range 2 {
		delay := w.upDelay(nil)
		if hello, next := delay(), delay(); hello != 250*time.Millisecond || next != 0 {
			t.Errorf("the hello is %s late, what comes next %s", hello, next)
		}
	}
}

func TestAPictureHasEnoughInItToCountAsContent(t *testing.T) {
	if bits := 8 * len(picture(1200, 480)); float64(bits)/(1200*480) < 0.05 {
		t.Errorf("%d bits of %d pixels", bits, 1200*480)
	}
}

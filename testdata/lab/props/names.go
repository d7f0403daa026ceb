package props

import (
	"context"
	"net"
	"os"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// Names is the DNS server of shop.test. LAB_ZONE lists "name=ip,ip name=ip";
// answers about SLOW_NAME come SLOW_MS late. Names without an address of the
// kind asked for, so all of AAAA, are answered with nothing at once, as a
// server does that knows the name.
func Names(ctx context.Context) error {
	z := zone{hosts: map[string][]net.IP{}, slowName: os.Getenv("SLOW_NAME"), slow: kit.EnvMS("SLOW_MS", 0)}
	for _, entry := range strings.Fields(os.Getenv("LAB_ZONE")) {
		name, ips, _ := strings.Cut(entry, "=")
		for ip := range strings.SplitSeq(ips, ",") {
			z.hosts[name] = append(z.hosts[name], net.ParseIP(ip))
		}
	}
	server := &dns.Server{Addr: os.Getenv("ADDR"), Net: "udp", Handler: z}
	go func() {
		<-ctx.Done()
		_ = server.Shutdown()
	}()
	return server.ListenAndServe()
}

type zone struct {
	hosts    map[string][]net.IP
	slowName string
	slow     time.Duration
}

func (z zone) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	answer := new(dns.Msg)
	answer.SetReply(question)
	answer.Authoritative = true // or an empty answer looks like a lame referral, and is asked for again
	for _, q := range question.Question {
		name, inZone := strings.CutSuffix(q.Name, ".shop.test.")
		z.delay(name, q.Qtype)
		ips, known := z.hosts[name]
		if !inZone || !known {
			answer.Rcode = dns.RcodeNameError
			continue
		}
		if q.Qtype == dns.TypeA {
			answer.Answer = append(answer.Answer, records(q.Name, ips)...)
		}
	}
	_ = w.WriteMsg(answer)
}

// delay is noted once for each pair of questions (A and AAAA go out together).
func (z zone) delay(name string, kind uint16) {
	if z.slow == 0 || name != z.slowName {
		return
	}
	if kind == dns.TypeA {
		kit.NoteTrace("-", "names.slow", z.slow)
	}
	time.Sleep(z.slow)
}

func records(name string, ips []net.IP) []dns.RR {
	var out []dns.RR
	for _, ip := range ips {
		out = append(out, &dns.A{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: ip})
	}
	return out
}

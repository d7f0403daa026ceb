package record

import (
	"fmt"
	"strings"
)

// process is one program of a run: what it plays, where it listens, as whom it
// reports.
type process struct {
	name    string // unique in a run; faults address it by this, or by a prefix
	role    string
	ip      string
	port    int
	names   []string // its names in shop.test
	version string
	region  string
	old     bool // runs the binary with the old instrumentation
	env     settings
}

// settings are environment variables.
type settings map[string]string

const (
	https = 18443
	grpc  = 18444
)

// shop is every service of a run, in the order in which they start.
func shop() []process {
	list := []process{
		{name: "bank", role: "bank", ip: "127.0.18.1", port: https},
		{name: "audit", role: "audit", ip: "127.0.17.1", port: https, version: "1.0.4"},
		{name: "tax", role: "tax", ip: "127.0.16.1", port: https, version: "3.2.0"},
		{name: "inventory", role: "inventory", ip: "127.0.12.1", port: grpc, version: "5.1.2"},
		{name: "payment", role: "payment", ip: "127.0.11.1", port: https, version: "4.8.1"},
		{name: "search", role: "search", ip: "127.0.13.1", port: https, version: "0.9.7", old: true},
		{name: "mail", role: "mail", version: "1.1.0"},
	}
	for i := range 8 {
		name := fmt.Sprintf("shard-%d", i)
		list = append(list, process{name: name, role: "shard", ip: fmt.Sprintf("127.0.14.%d", i+1), port: https, version: "0.9.7", old: true})
	}
	for i := 1; i <= 3; i++ {
		list = append(list, process{
			name: fmt.Sprintf("recommendations-%d", i), role: "recommendations", ip: fmt.Sprintf("127.0.15.%d", i), port: grpc,
			names: []string{"recommendations"}, version: "2.3.1", env: settings{"OTEL_SEMCONV_STABILITY_OPT_IN": "rpc/old"},
		})
	}
	for i, region := range []string{"eu-west-1", "us-east-1", "ap-south-1"} {
		list = append(list, process{
			name: "web-" + region[:2], role: "web", ip: fmt.Sprintf("127.0.10.%d", i+1), port: https, version: "7.0.3", region: region,
		})
	}
	for i := range list {
		if list[i].names == nil {
			list[i].names = []string{list[i].name}
		}
	}
	return list
}

// wires are the two stretches of network that a fault can slow: to the cache,
// and to payment for those who call it by its far name.
func wires() []process {
	return []process{
		{name: "wire-redis", role: "wire", ip: "127.0.19.1", port: 16379, names: []string{"redis"}, env: settings{"TARGET": "127.0.0.1:16379"}},
		{name: "wire-payment", role: "wire", ip: "127.0.11.9", port: https, names: []string{"payment-far"}, env: settings{"TARGET": "127.0.11.1:18443"}},
	}
}

// zone is what the lab's DNS server knows: "name=ip,ip name=ip".
func zone(list []process) string {
	hosts := map[string]string{"postgres": "127.0.0.1", "rabbitmq": "127.0.0.1"}
	order := []string{"postgres", "rabbitmq"}
	for _, p := range list {
		for _, name := range p.names {
			if hosts[name] == "" {
				order = append(order, name)
				hosts[name] = p.ip
				continue
			}
			hosts[name] += "," + p.ip
		}
	}
	var out []string
	for _, name := range order {
		if hosts[name] != "" {
			out = append(out, name+"="+hosts[name])
		}
	}
	return strings.Join(out, " ")
}

// identity is the part of a process's settings that ends up in its resource.
func (p process) identity() settings {
	region := p.region
	if region == "" {
		region = "eu-west-1"
	}
	return settings{
		"SERVICE_NAME": p.role, "SERVICE_VERSION": p.version, "SERVICE_INSTANCE_ID": p.name,
		"HOST_NAME": "host-" + p.name, "CLOUD_REGION": region, "INSTANCE": p.name,
	}
}

package model

import "fmt"

// A Pod is one process of a service: what the resource of its spans says.
type Pod struct {
	Service  string
	Resource Attrs // service.name first

	service *service
	ip      string
}

// pods starts the pods of all services.
func (d *dice) pods() map[string][]*Pod {
	all := map[string][]*Pod{}
	for i := range services {
		s := &services[i]
		for n := range s.pods {
			all[s.name] = append(all[s.name], d.pod(s, n))
		}
	}
	return all
}

// pod is what an SDK's detectors and the collector's k8sattributes find out about a process.
func (d *dice) pod(s *service, n int) *Pod {
	set := s.name + "-" + d.hex(9)
	name, ip := set+"-"+d.hex(5), d.ip()
	p := &Pod{Service: s.name, service: s, ip: ip}
	p.Resource = Attrs{
		{"service.name", s.name}, {"service.namespace", "tickets"}, {"service.version", s.version}, {"service.instance.id", d.uuid()},
		{"telemetry.sdk.name", "opentelemetry"}, {"telemetry.sdk.language", s.language}, {"telemetry.sdk.version", "1.38.0"},
		{"deployment.environment.name", "live"},
		{"process.pid", int64(1)}, {"process.executable.name", s.name}, {"process.owner", "nonroot"},
		{"process.runtime.name", s.runtime}, {"process.runtime.version", s.release},
		{"host.name", name}, {"host.arch", "arm64"}, {"os.type", "linux"}, {"os.description", "Debian GNU/Linux 13 (trixie) (Linux 6.12.40-cloud-arm64 #1 SMP)"},
		{"container.id", d.hex(64)}, {"container.image.name", "europe-docker.pkg.dev/tickets/live/" + s.name}, {"container.image.tag", s.version},
		{"k8s.cluster.name", "live-europe-west3"}, {"k8s.namespace.name", "tickets-live"}, {"k8s.deployment.name", s.name}, {"k8s.replicaset.name", set},
		{"k8s.pod.name", name}, {"k8s.pod.uid", d.uuid()}, {"k8s.pod.ip", ip}, {"k8s.pod.start_time", "2026-11-12T05:10:33Z"},
		{"k8s.node.name", fmt.Sprintf("gke-live-europe-west3-pool-%d-%s", n, d.hex(4))}, {"k8s.container.name", s.name},
		{"cloud.provider", "gcp"}, {"cloud.platform", "gcp_kubernetes_engine"}, {"cloud.region", "europe-west3"},
		{"cloud.availability_zone", "europe-west3-" + string(rune('a'+n%3))}, {"cloud.account.id", "tickets-live-271828"},
	}
	if s.language == "java" {
		p.Resource = append(p.Resource, Attr{"process.command_args", []string{"/usr/bin/java", "-javaagent:/otel/agent.jar", "-XX:MaxRAMPercentage=75", "-jar", "/srv/" + s.name + ".jar"}})
	}
	return p
}

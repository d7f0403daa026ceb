package record

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	collectorAddress = "127.0.0.1:14317"
	jaegerAddress    = "127.0.0.1:14268"  // Thrift over HTTP, as Jaeger's own clients send it
	browserCollector = "127.0.20.4:14318" // OTLP over HTTPS, as pages send it
)

// spansFile is what the collector's file exporter writes in the folder of a run.
const spansFile = "spans.jsonl"

const collectorConfig = `
receivers:
  otlp: {protocols: {grpc: {endpoint: "%s"}%s}}
  jaeger: {protocols: {thrift_http: {endpoint: "%s"}}}
processors:
  batch: {timeout: 500ms}
%s
exporters: {file: {path: "%s"}}
service:
  telemetry: {metrics: {level: none}, logs: {level: warn}}
  pipelines:
    traces: {receivers: [otlp, jaeger], processors: [%s], exporters: [file]}
    logs: {receivers: [otlp], processors: [%s], exporters: [file]}
`

// fromPages lets pages of the shop send spans and log records, from another origin than the collector's.
const fromPages = `, http: {endpoint: "%[1]s", tls: {cert_file: "%[2]s/shop.crt", key_file: "%[2]s/shop.key"}, cors: {allowed_origins: ["https://*.shop.test"], max_age: 7200}}`

// tailSampler keeps what is slow and a quarter of the rest.
const tailSampler = `  tail_sampling:
    decision_wait: 4s
    policies:
      - {name: slow, type: latency, latency: {threshold_ms: 200}}
      - {name: others, type: probabilistic, probabilistic: {sampling_percentage: 25}}
`

// slimmer drops what no question asks for: the ephemeral ends of connections, headers (of
// which traceparent is most of a file's entropy), where in the source a span was made, and what the SDK is.
const slimmer = `  attributes:
    actions:
      - {action: delete, pattern: "^http\\.request\\.header\\..*"}
      - {action: delete, pattern: "^(network|net\\.sock)\\.peer\\.(address|addr|port)$"}
      - {action: delete, pattern: "^(client\\.address|user_agent\\.original|network\\.protocol\\.version|net\\.protocol\\.version|url\\.scheme|http\\.scheme)$"}
      - {action: delete, pattern: "^browser\\.(page\\.[xy]|mouse_event\\..*|element\\.attributes)$"}
      - {action: delete, pattern: "^(http\\.(local|conn\\.(idletime|wasidle|start|done).*)|code\\..*|db\\.connection_string|pgx\\.rows_affected|http\\.response\\.body\\.size)$"}
  resource:
    attributes:
      - {action: delete, pattern: "^telemetry\\.sdk\\..*"}
`

// collector starts the OpenTelemetry collector of this run.
func (s *stage) collector(ctx context.Context) error {
	extra, processors := "", "batch"
	if s.scene.tail {
		extra, processors = tailSampler, "tail_sampling, batch"
	}
	if s.scene.slim {
		extra, processors = extra+slimmer, "attributes, resource, "+processors
	}
	pages := ""
	if s.scene.of.browser {
		pages = fmt.Sprintf(fromPages, browserCollector, s.lab.work)
	}
	config := filepath.Join(s.dir, "collector.yaml")
	logs := strings.TrimPrefix(processors, "tail_sampling, ")
	text := fmt.Sprintf(collectorConfig, collectorAddress, pages, jaegerAddress, extra, filepath.Join(s.dir, spansFile), processors, logs)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(s.lab.bin, "collector"), "--config", "file:"+config)
	if err := s.logTo(cmd, "collector"); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("collector (build it with record.sh): %w", err)
	}
	s.note(cmd, "collector")
	if err := waitFor(ctx, collectorAddress); err != nil {
		return fmt.Errorf("collector, see its log in %s: %w", s.dir, err)
	}
	return nil
}

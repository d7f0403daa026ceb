package record

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const collectorAddress = "127.0.0.1:14317"

// spansFile is what the collector's file exporter writes in the folder of a run.
const spansFile = "spans.jsonl"

const collectorConfig = `
receivers: {otlp: {protocols: {grpc: {endpoint: "%s"}}}}
processors:
  batch: {timeout: 500ms}
%s
exporters: {file: {path: "%s"}}
service:
  telemetry: {metrics: {level: none}, logs: {level: warn}}
  pipelines: {traces: {receivers: [otlp], processors: [%s], exporters: [file]}}
`

// tailSampler keeps what is slow and a quarter of the rest.
const tailSampler = `  tail_sampling:
    decision_wait: 4s
    policies:
      - {name: slow, type: latency, latency: {threshold_ms: 200}}
      - {name: others, type: probabilistic, probabilistic: {sampling_percentage: 25}}
`

// collector starts the OpenTelemetry collector of this run.
func (s *stage) collector() error {
	sampler, processors := "", "batch"
	if s.fault.tail && s.faulty {
		sampler, processors = tailSampler, "tail_sampling, batch"
	}
	config := filepath.Join(s.dir, "collector.yaml")
	text := fmt.Sprintf(collectorConfig, collectorAddress, sampler, filepath.Join(s.dir, spansFile), processors)
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
	s.running = append(s.running, cmd)
	return nil
}

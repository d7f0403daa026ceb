package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync"

	"github.com/klauspost/compress/zstd"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// protobuf is the one content type of OTLP/HTTP that HotROD's exporter sends.
const protobuf = "application/x-protobuf"

// receiver answers OTLP/HTTP and writes each request's spans as one line, which is what the collector writes with an
// OTLP receiver, no processor, and the file exporter's default format. It batches, sorts and drops nothing.
type receiver struct {
	mu  sync.Mutex
	out io.Writer
	err error // the first failed write; a recording with one is not whole
}

// ServeHTTP takes one ExportTraceServiceRequest. The empty answer is an ExportTraceServiceResponse without complaint.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get("Content-Type") != protobuf {
		http.Error(w, "send "+protobuf, http.StatusUnsupportedMediaType)
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	line, err := jsonLine(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := r.write(line); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", protobuf)
}

// jsonLine turns a protobuf export request into the line that the file exporter writes for it.
func jsonLine(body []byte) ([]byte, error) {
	req := ptraceotlp.NewExportRequest()
	if err := req.UnmarshalProto(body); err != nil {
		return nil, err
	}
	line, err := (&ptrace.JSONMarshaler{}).MarshalTraces(req.Traces())
	return append(line, '\n'), err
}

func (r *receiver) write(line []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, err := r.out.Write(line)
	r.err = errors.Join(r.err, err)
	return err
}

// sink is a receiver that listens on loopback and writes a zstd file.
type sink struct {
	receiver
	server http.Server
	listen net.Listener
	zip    *zstd.Encoder
	file   *os.File
}

// listen creates the file and serves on a free port.
func listen(path string) (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	zip, err := zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		return nil, errors.Join(err, l.Close(), file.Close())
	}
	s := &sink{receiver: receiver{out: zip}, listen: l, zip: zip, file: file}
	mux := http.NewServeMux()
	mux.Handle("POST /v1/traces", &s.receiver)
	s.server.Handler = mux
	go s.server.Serve(l)
	return s, nil
}

func (s *sink) endpoint() string { return "http://" + s.listen.Addr().String() }

// close waits for the lines in flight and ends the file. Its error tells of any line that was not written.
func (s *sink) close() error {
	down := s.server.Shutdown(context.Background())
	return errors.Join(down, s.err, s.zip.Close(), s.file.Close())
}

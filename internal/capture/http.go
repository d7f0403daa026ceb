package capture

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"mime"
	"net/http"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// silent drops what net/http would log: requests that are no HTTP are nobody's business here.
var silent = log.New(io.Discard, "", 0)

const (
	inProto = "application/x-protobuf"
	inJSON  = "application/json"
)

// A httpError is an answer that refuses a request.
type httpError struct {
	code int
	err  error
}

func (e *httpError) Error() string { return e.err.Error() }

func refuse(code int, format string, args ...any) error {
	return &httpError{code, fmt.Errorf(format, args...)}
}

// serveHTTP answers a request of OTLP/HTTP.
func (r *Receiver) serveHTTP(w http.ResponseWriter, q *http.Request) {
	err := r.take(w, q)
	form, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if form != inJSON {
		form = inProto
	}
	w.Header().Set("Content-Type", form)
	if err == nil {
		if form == inJSON {
			io.WriteString(w, "{}")
		}
		return // of protobuf, an answer that says nothing is empty
	}
	code := http.StatusBadRequest
	var answer *httpError
	if errors.As(err, &answer) {
		code = answer.code
	}
	r.refused(err.Error())
	w.WriteHeader(code)
	w.Write(statusText(form, code, err))
}

// statusText spells an error as OTLP/HTTP wants it, as a Status of gRPC.
func statusText(form string, code int, err error) []byte {
	grpcCode := codes.InvalidArgument
	if code == http.StatusInsufficientStorage {
		grpcCode = codes.ResourceExhausted
	}
	s := status.New(grpcCode, err.Error()).Proto()
	marshal := proto.Marshal
	if form == inJSON {
		marshal = protojson.Marshal
	}
	text, _ := marshal(s) // an error would be about text of ours
	return text
}

// take reads a request and keeps what it holds.
func (r *Receiver) take(w http.ResponseWriter, q *http.Request) error {
	signal := q.URL.Path
	switch {
	case signal != "/v1/traces" && signal != "/v1/metrics" && signal != "/v1/logs":
		return refuse(http.StatusNotFound, "there is nothing at %.100q: traces go to /v1/traces", signal)
	case q.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return refuse(http.StatusMethodNotAllowed, "%.20q is not POST", q.Method)
	}
	decode, err := decoderOf(q.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	body, err := r.body(w, q)
	if err != nil {
		return err
	}
	if signal != "/v1/traces" {
		r.dropped(signal[len("/v1/"):])
		return nil
	}
	b, err := decode(body)
	if err != nil {
		return refuse(http.StatusBadRequest, "it is no OTLP: %w", err)
	}
	if err := r.keep(b); err != nil {
		return refuse(http.StatusInsufficientStorage, "%w", err)
	}
	return nil
}

func decoderOf(contentType string) (func([]byte) (batch, error), error) {
	form, _, _ := mime.ParseMediaType(contentType)
	switch form {
	case inProto:
		return decodeProto, nil
	case inJSON:
		return decodeJSON, nil
	}
	return nil, refuse(http.StatusUnsupportedMediaType, "its content type is %.100q, not %s or %s", contentType, inProto, inJSON)
}

// body reads what a request holds, without its compression.
func (r *Receiver) body(w http.ResponseWriter, q *http.Request) ([]byte, error) {
	most := int64(r.MaxMessage)
	if q.ContentLength > most {
		return nil, r.tooLarge()
	}
	var from io.Reader = http.MaxBytesReader(w, q.Body, most)
	switch encoding := q.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(from)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "it is no gzip: %w", err)
		}
		from = unpacked
	default:
		return nil, refuse(http.StatusUnsupportedMediaType, "its encoding is %.100q, not gzip", encoding)
	}
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(from, most+1))
	var over *http.MaxBytesError
	switch {
	case n > most || errors.As(err, &over):
		return nil, r.tooLarge()
	case err != nil:
		return nil, refuse(http.StatusBadRequest, "it cannot be read: %w", err)
	}
	return b.Bytes(), nil
}

func (r *Receiver) tooLarge() error {
	return refuse(http.StatusRequestEntityTooLarge, "it is larger than the limit of %s (--max-message)", r.MaxMessage)
}

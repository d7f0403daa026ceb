package ingest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// What a reader gives at once must not matter: a pipe may give a byte at a time.
func TestSmallReadsGiveTheSameSpans(t *testing.T) {
	for _, path := range []string{"otlp-json.json", "otlp-json.pretty.json", "jaeger.json", "jaeger.bare.json", "zipkin.json", "tempo.v1.json", "xray.json"} {
		data, err := os.ReadFile("testdata/formats/" + path)
		if err != nil {
			t.Fatal(err)
		}
		whole := draw(read(t, string(data), Options{}))
		for _, slow := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader} {
			s := readFiles(t, Options{Stdin: slow(bytes.NewReader(data))}, "-")
			want(t, path, draw(s), whole)
		}
	}
}

func TestABrokenStreamIsAnErrorThatNamesTheFile(t *testing.T) {
	src := io.MultiReader(strings.NewReader(`{"resourceSpans":[`), iotest.ErrReader(errors.New("disk on fire")))
	_, err := Read(t.Context(), []string{"-"}, Options{Stdin: src})
	if err == nil || !strings.Contains(err.Error(), "-: cannot be read: disk on fire") {
		t.Errorf("error is %v", err)
	}
}

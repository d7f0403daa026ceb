package testkit

import (
	"strings"

	"github.com/longpole/longpole/trace"
)

// Signature returns the signature of a span whose attributes are written "key=value".
func Signature(service, name string, kind trace.Kind, attrs ...string) trace.Signature {
	s := trace.Signature{Service: service, Name: name, Kind: kind}
	for _, a := range attrs {
		k, v, _ := strings.Cut(a, "=")
		s.Attrs = append(s.Attrs, trace.Attr{Key: k, Value: v})
	}
	s.Attrs = s.Attrs.Sort()
	return s
}

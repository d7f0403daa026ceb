package since

import (
	"fmt"
	"testing"

	"github.com/longpole/longpole/analyze/attribute"
	"github.com/longpole/longpole/trace"
)

func TestValuesOfAChangeAreThoseThatWereFirstSeenWithinItsInterval(t *testing.T) {
	change := Change{At: 100, Low: 97, High: 103} // and two requests more on either side
	web := func(key, value string) attribute.Tag { return attribute.Tag{Service: "web", Key: key, Value: value} }
	for _, c := range []struct {
		name string
		of   func(at int) []attribute.Tag
		want string
	}{
		{"a version that begins with the change", func(at int) []attribute.Tag {
			if at < 98 {
				return []attribute.Tag{web("service.version", "1")}
			}
			return []attribute.Tag{web("service.version", "2")}
		}, "[web service.version 2 98]"},
		{"one of three that are rolled out", func(at int) []attribute.Tag {
			if at >= 101 && at%3 == 0 {
				return []attribute.Tag{web("host.name", "c")}
			}
			return []attribute.Tag{web("host.name", "a")}
		}, "[web host.name c 102]"},
		{"one that was there before", func(at int) []attribute.Tag {
			return []attribute.Tag{web("service.version", fmt.Sprint(at/94))}
		}, "[]"},
		{"one that comes later", func(at int) []attribute.Tag {
			return []attribute.Tag{web("service.version", fmt.Sprint(at/106))}
		}, "[]"},
		{"an attribute that nobody had", func(at int) []attribute.Tag {
			if at < 98 {
				return nil
			}
			return []attribute.Tag{web("service.version", "2")}
		}, "[]"},
		{"a customer of four requests", func(at int) []attribute.Tag {
			return []attribute.Tag{web("customer", fmt.Sprint(at/4))}
		}, "[]"},
		{"the version before the host, and once for two services", func(at int) []attribute.Tag {
			v := fmt.Sprint(at / 98)
			return []attribute.Tag{web("host.name", v), web("service.version", v), {Service: "pay", Key: "service.version", Value: v}}
		}, "[pay service.version 1 98 web host.name 1 98]"},
	} {
		starts := make([]trace.Time, 150)
		for i := range starts {
			starts[i] = trace.Time(len(starts) - i - 1) // in any order
		}
		got := "["
		for i, v := range Values(change, starts, func(i int) []attribute.Tag { return c.of(int(starts[i])) }) {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprint(v.Service, " ", v.Key, " ", v.Value, " ", int(v.At))
		}
		if got+"]" != c.want {
			t.Errorf("%s: %s], want %s", c.name, got, c.want)
		}
	}
}

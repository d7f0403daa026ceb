package otlp

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// Log records, of which those are read in which browsers tell of their pages. All others are stepped over, and counted.

// LogsFormat is OTLP JSON that holds log records only.
var LogsFormat = decode.Format{Name: logsName, Value: isLogsJSON, Decode: func(f *decode.Decoder) { jsonReader{f}.logsDocument() }}

const logsName = "otlp-logs"

func isLogsJSON(s *jsontext.Outline) bool { return s.Any("resourceLogs", "resource_logs") }

func (f jsonReader) logsDocument() {
	w := f.Window
	at, read := w.Offset(), len(f.Pages)
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "resourceLogs", "resource_logs":
			f.logs(at)
		default:
			w.Skip()
		}
	}
	if len(f.Pages) > read {
		f.SetFormat(&decode.Format{Name: logsName})
		f.Record.Use()
	}
}

// logs reads a list of ResourceLogs, in a document that begins at a place of the file.
func (f jsonReader) logs(at int64) {
	w, others := f.Window, 0
	for w.Open('['); w.Elem(); {
		v := w.Value()
		if !tellsOfPage(v) {
			others++
			continue
		}
		others += f.resourceLogs(v)
	}
	if others > 0 {
		f.NoteAt(decode.NotTraces, at, []byte("resourceLogs"))
	}
}

// tellsOfPage reports whether text may hold a record of a browser: nothing else of it is looked at if not.
func tellsOfPage(text []byte) bool {
	return bytes.Contains(text, []byte("browser.")) || bytes.Contains(text, []byte("web-vitals"))
}

// resourceLogs returns how many records of it are no browser's.
func (f jsonReader) resourceLogs(v []byte) (others int) {
	var outer jsontext.Cursor
	var resource []byte
	outer.Reset(v)
	for outer.Open('{'); outer.Key(); {
		if string(outer.Name) == "resource" {
			resource = outer.Raw()
		} else {
			outer.Skip()
		}
	}
	from := f.source(f.resource(resource), v)
	outer.Reset(v)
	for outer.Open('{'); outer.Key(); {
		if name := string(outer.Name); name != "scopeLogs" && name != "scope_logs" {
			outer.Skip()
			continue
		}
		for outer.Open('['); outer.Elem(); {
			for outer.Open('{'); outer.Key(); {
				if name := string(outer.Name); name != "logRecords" && name != "log_records" {
					outer.Skip()
					continue
				}
				for outer.Open('['); outer.Elem(); {
					if !f.logRecord(outer.Raw(), from) {
						others++
					}
				}
			}
		}
	}
	return others
}

// source says who sent the records of a message.
func (f jsonReader) source(res uint32, message []byte) *page.Source {
	return sourceOf(f.Interner.Resource(res), message)
}

func sourceOf(r *spanstore.Resource, message []byte) *page.Source {
	h := fnv.New64a()
	h.Write(message)
	return page.SourceOf(r.Service, r.Host, r.Attrs, binary.BigEndian.Uint64(h.Sum(nil)))
}

// logRecord keeps a record of a browser; false if it is none.
func (f jsonReader) logRecord(v []byte, from *page.Source) bool {
	var s page.Said
	var observed int64
	c := &f.Cursor
	c.Reset(v)
	for c.Open('{'); c.Key(); {
		switch string(c.Name) {
		case "timeUnixNano", "time_unix_nano":
			at, _ := jsontext.Decimal(c.Scalar(), 0)
			s.At = trace.Time(at)
		case "observedTimeUnixNano", "observed_time_unix_nano":
			observed, _ = jsontext.Decimal(c.Scalar(), 0)
		case "eventName", "event_name":
			s.Event = string(c.Text())
		case "traceId", "trace_id":
			s.Trace, _ = decode.AnyTraceID(c.Scalar())
		case "body":
			s.Body = string(f.anyValue(c.Raw()))
		case "attributes":
			f.eachAttr(c, func(key []byte) {
				s.Attrs = append(s.Attrs, trace.Attr{Key: string(key), Value: string(f.anyValue(f.Inner.Bytes))})
			})
		default:
			c.Skip()
		}
	}
	if s.At == 0 {
		s.At = trace.Time(observed)
	}
	return c.Bad == "" && keepPage(f.Decoder, &s, from)
}

func keepPage(f *decode.Decoder, s *page.Said, from *page.Source) bool {
	r, ok := page.Read(s, from)
	if ok {
		decode.KeepPage(f, r)
	}
	return ok
}

// isLogsProto looks at the first record of a ResourceSpans, which is the same bytes as a ResourceLogs up to there: of
// a log record the first field is a time, of a span its trace id.
func isLogsProto(b []byte) bool {
	for range 2 {
		m, found := decode.NewWire(b), false
		for m.Field() {
			if m.Num == 2 && m.Typ == decode.WireBytes {
				b, found = m.Bytes(), true
				break
			}
			m.Skip()
		}
		if !found {
			return false
		}
	}
	for m := decode.NewWire(b); m.Field(); m.Skip() {
		if m.Num == 1 || m.Num == 11 {
			return m.Typ == decode.WireFixed64
		}
	}
	return false
}

// resourceLogs reads a ResourceLogs.
func (f protoReader) resourceLogs(b []byte, res uint32) bool {
	from, at := sourceOf(f.Interner.Resource(res), b), f.Window.Offset()
	others, ok := 0, true
	each := func(b []byte, num uint64, do func([]byte)) {
		m := decode.NewWire(b)
		for m.Field() {
			if m.Num == num && m.Typ == decode.WireBytes {
				do(m.Bytes())
			} else {
				m.Skip()
			}
		}
		ok = ok && !m.Bad
	}
	each(b, 2, func(scope []byte) {
		each(scope, 2, func(record []byte) {
			if !f.logRecord(record, from) {
				others++
			}
		})
	})
	if others > 0 {
		f.NoteAt(decode.NotTraces, at, []byte("resourceLogs"))
	}
	return ok
}

func (f protoReader) logRecord(b []byte, from *page.Source) bool {
	if !tellsOfPage(b) {
		return false
	}
	var s page.Said
	var observed uint64
	m := decode.NewWire(b)
	for m.Field() {
		switch m.Num {
		case 1:
			s.At = trace.Time(m.Fixed64())
		case 11:
			observed = m.Fixed64()
		case 5:
			body, _ := appendAnyProto(nil, m.Bytes(), 0, false)
			s.Body = string(body)
		case 6:
			key, value, _ := keyValue(m.Inner())
			text, _ := appendAnyProto(nil, value, 0, false)
			s.Attrs = append(s.Attrs, trace.Attr{Key: string(key), Value: string(text)})
		case 9:
			s.Trace, _ = decode.BytesTraceID(m.Bytes())
		case 12:
			s.Event = string(m.Bytes())
		default:
			m.Skip()
		}
	}
	if s.At == 0 {
		s.At = trace.Time(observed)
	}
	return !m.Bad && keepPage(f.Decoder, &s, from)
}

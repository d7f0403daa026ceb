package rows

import (
	"bytes"

	"github.com/longpole/longpole/ingest/decode"
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// AWS X-Ray, as "aws xray batch-get-traces" prints it: each segment is a JSON document in a
// string, with subsegments nested in it. A segment is the server's side; a subsegment that
// calls something (namespace aws or remote) is the client's. Segments that X-Ray inferred
// repeat what the caller's subsegment says and are left out.

// IsXRay claims traces of AWS X-Ray.
func IsXRay(s *jsontext.Outline) bool {
	return s.Any("Traces[].Segments[].Document", "[].Segments[].Document")
}

// xrayDepth bounds lists in lists: Traces holds traces, which hold Segments.
const xrayDepth = 8

// XRay decodes the value at the window's position.
func XRay(f *decode.Decoder) { xrayReader{f}.node(0) }

// An xrayReader reads AWS X-Ray.
type xrayReader struct{ *decode.Decoder }

func (f xrayReader) node(depth int) {
	if f.Lists(depth, xrayDepth, f.node) {
		return
	}
	w := f.Window
	from, complete := f.Mark(), false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "Traces":
			f.node(depth + 1)
		case "Segments":
			complete = true
			f.node(depth + 1)
		case "Document":
			at := w.Offset()
			if v := w.Value(); len(v) >= 2 {
				f.document(jsontext.Unescape(v[1:len(v)-1]), at)
			}
		case "LimitExceeded":
			if string(w.Value()) == "true" {
				f.NoteAt(decode.SourcePartial, w.Offset(), []byte("LimitExceeded"))
			}
		default:
			w.Skip()
		}
	}
	if complete && w.Bad == nil {
		f.Complete(from)
	}
}

// A segment is a segment or subsegment that waits to be decoded: a stack of them
// takes the place of recursion.
type segment struct {
	text    []byte
	trace   trace.ID
	parent  trace.SpanID
	service uint32
	nested  bool
}

func (f xrayReader) document(text []byte, at int64) {
	stack := []segment{{text: text}}
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		stack = f.segment(next, at, stack)
	}
}

// A segmentFields is what a segment says that the draft has no place for.
type segmentFields struct {
	name, namespace, subsegments []byte
	inferred, failed             bool
}

// segment commits one segment and returns the stack with its subsegments.
func (f xrayReader) segment(s segment, at int64, stack []segment) []segment {
	f.Draft.Reset(at, s.service, 0)
	d, c := &f.Draft, &f.Cursor
	d.Trace, d.Parent = s.trace, s.parent
	c.Reset(s.text)
	var x segmentFields
	if c.Peek() != '{' {
		d.Refuse(&decode.Malformed, s.text)
	}
	for c.Open('{'); c.Key(); {
		f.field(c, &x)
	}
	if c.Bad != "" {
		d.Refuse(&decode.Malformed, []byte(c.Bad))
	}
	if x.inferred {
		return stack
	}
	f.setMeaning(&x, s.nested)
	child := segment{trace: d.Trace, parent: d.ID, service: d.Res, nested: true}
	f.Commit()
	c.Reset(x.subsegments)
	for c.Open('['); c.Elem(); {
		child.text = c.Raw()
		stack = append(stack, child)
	}
	return stack
}

func (f xrayReader) field(c *jsontext.Cursor, x *segmentFields) {
	d := &f.Draft
	switch string(c.Name) {
	case "id":
		f.Draft.ReadSpanID(c.Scalar())
	case "trace_id":
		f.Draft.ReadTraceID(xrayID(c.Scalar()))
	case "parent_id":
		f.Draft.ReadParentID(c.Scalar())
	case "name":
		x.name = c.Text()
	case "start_time":
		d.Start = f.seconds(c.Scalar())
	case "end_time":
		d.End = f.seconds(c.Scalar())
	case "namespace":
		x.namespace = c.Text()
	case "type":
		if string(c.Text()) == "subsegment" && x.namespace == nil {
			x.namespace = []byte{}
		}
	case "inferred":
		x.inferred = c.IsTrue()
	case "error", "fault", "throttle":
		x.failed = c.IsTrue() || x.failed
	case "subsegments":
		x.subsegments = c.Raw()
	case "http", "sql", "aws", "annotations":
		f.attrs(c, string(c.Name))
	default:
		c.Skip()
	}
}

// setMeaning tells the server's side from the client's.
func (f xrayReader) setMeaning(x *segmentFields, nested bool) {
	d := &f.Draft
	d.Name = x.name
	switch {
	case len(x.namespace) > 0:
		d.Kind = trace.Client
	case nested || x.namespace != nil:
		d.Kind = trace.Internal
	default:
		d.Kind = trace.Server
		d.Res = f.service(x.name)
	}
	if x.failed {
		d.Flags |= trace.Failed
	}
}

func (f xrayReader) service(name []byte) uint32 {
	raw := append([]byte("xray service "), name...)
	if id, ok := f.Interner.KnownResource(raw); ok {
		return id
	}
	return f.Interner.RememberResource(raw, spanstore.Resource{Service: f.Interner.Text(name)})
}

// xrayID turns 1-<8 hex>-<24 hex> into 32 hex digits.
func xrayID(v []byte) []byte {
	parts := bytes.Split(v, []byte("-"))
	if len(parts) != 3 {
		return v
	}
	return append(bytes.Clone(parts[1]), parts[2]...)
}

// seconds reads seconds with a fraction, in any spelling, as nanoseconds.
func (f xrayReader) seconds(v []byte) int64 {
	n, ok := jsontext.Decimal(v, 9)
	if !ok && v != nil {
		f.Draft.Refuse(&decode.BadTime, v)
	}
	return n
}

// xrayNames are the attributes that OpenTelemetry has a name for.
var xrayNames = map[string]string{
	"http.method": "http.request.method", "http.url": "url.full", "http.status": "http.response.status_code",
	"sql.database_type": "db.system.name", "sql.sanitized_query": "db.query.text",
	"aws.operation": "rpc.method", "aws.region": "cloud.region", "aws.table_name": "aws.dynamodb.table_names",
}

// attrs keeps the values of a block, and of the request and response in it.
func (f xrayReader) attrs(c *jsontext.Cursor, block string) {
	for c.Open('{'); c.Key(); {
		if name := string(c.Name); name == "request" || name == "response" {
			for c.Open('{'); c.Key(); {
				f.attr(block, string(c.Name), c)
			}
			continue
		}
		f.attr(block, string(c.Name), c)
	}
}

func (f xrayReader) attr(block, name string, c *jsontext.Cursor) {
	key, known := xrayNames[block+"."+name]
	if !known {
		key = name
	}
	if value := c.Scalar(); value != nil {
		f.PlainAttr([]byte(key), value)
	}
}

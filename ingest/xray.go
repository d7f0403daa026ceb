package ingest

import (
	"bytes"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
)

// AWS X-Ray, as "aws xray batch-get-traces" prints it: each segment is a JSON document in a
// string, with subsegments nested in it. A segment is the server's side; a subsegment that
// calls something (namespace aws or remote) is the client's. Segments that X-Ray inferred
// repeat what the caller's subsegment says and are left out.

func isXRay(s *jsontext.Outline) bool {
	return s.Any("Traces[].Segments[].Document", "[].Segments[].Document")
}

// xrayDepth bounds lists in lists: Traces holds traces, which hold Segments.
const xrayDepth = 8

// xray decodes the value at the window's position.
func xray(f *decoder) { xrayReader{f}.xrayNode(0) }

// An xrayReader reads AWS X-Ray.
type xrayReader struct{ *decoder }

func (f xrayReader) xrayNode(depth int) {
	if f.lists(depth, xrayDepth, f.xrayNode) {
		return
	}
	w := f.w
	from, complete := f.Mark(), false
	for w.Open('{'); w.Key(); {
		switch string(w.Name) {
		case "Traces":
			f.xrayNode(depth + 1)
		case "Segments":
			complete = true
			f.xrayNode(depth + 1)
		case "Document":
			at := w.Offset()
			if v := w.Value(); len(v) >= 2 {
				f.xrayDocument(jsontext.Unescape(v[1:len(v)-1]), at)
			}
		case "LimitExceeded":
			if string(w.Value()) == "true" {
				f.noteAt(SourcePartial, w.Offset(), []byte("LimitExceeded"))
			}
		default:
			w.Skip()
		}
	}
	if complete && w.Bad == nil {
		f.complete(from)
	}
}

// An xraySegment is a segment or subsegment that waits to be decoded: a stack of them
// takes the place of recursion.
type xraySegment struct {
	text    []byte
	trace   trace.ID
	parent  trace.SpanID
	service uint32
	nested  bool
}

func (f xrayReader) xrayDocument(text []byte, at int64) {
	stack := []xraySegment{{text: text}}
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		stack = f.xraySegment(next, at, stack)
	}
}

// An xrayFields is what a segment says that the draft has no place for.
type xrayFields struct {
	name, namespace, subsegments []byte
	inferred, failed             bool
}

// xraySegment commits one segment and returns the stack with its subsegments.
func (f xrayReader) xraySegment(s xraySegment, at int64, stack []xraySegment) []xraySegment {
	f.draft.reset(at, s.service, 0)
	d, c := &f.draft, &f.cur
	d.Trace, d.Parent = s.trace, s.parent
	c.Reset(s.text)
	var x xrayFields
	if c.Peek() != '{' {
		d.refuse(&Malformed, s.text)
	}
	for c.Open('{'); c.Key(); {
		f.xrayField(c, &x)
	}
	if c.Bad != "" {
		d.refuse(&Malformed, []byte(c.Bad))
	}
	if x.inferred {
		return stack
	}
	f.xrayMeaning(&x, s.nested)
	child := xraySegment{trace: d.Trace, parent: d.ID, service: d.Res, nested: true}
	f.commit()
	c.Reset(x.subsegments)
	for c.Open('['); c.Elem(); {
		child.text = c.Raw()
		stack = append(stack, child)
	}
	return stack
}

func (f xrayReader) xrayField(c *jsontext.Cursor, x *xrayFields) {
	d := &f.draft
	switch string(c.Name) {
	case "id":
		f.draft.otlpSpanID(c.Scalar())
	case "trace_id":
		f.draft.otlpTraceID(xrayID(c.Scalar()))
	case "parent_id":
		f.draft.otlpParentID(c.Scalar())
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
		f.xrayAttrs(c, string(c.Name))
	default:
		c.Skip()
	}
}

// xrayMeaning tells the server's side from the client's.
func (f xrayReader) xrayMeaning(x *xrayFields, nested bool) {
	d := &f.draft
	d.Name = x.name
	switch {
	case len(x.namespace) > 0:
		d.Kind = trace.Client
	case nested || x.namespace != nil:
		d.Kind = trace.Internal
	default:
		d.Kind = trace.Server
		d.Res = f.xrayService(x.name)
	}
	if x.failed {
		d.Flags |= trace.Failed
	}
}

func (f xrayReader) xrayService(name []byte) uint32 {
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
		f.draft.refuse(&BadTime, v)
	}
	return n
}

// xrayNames are the attributes that OpenTelemetry has a name for.
var xrayNames = map[string]string{
	"http.method": "http.request.method", "http.url": "url.full", "http.status": "http.response.status_code",
	"sql.database_type": "db.system.name", "sql.sanitized_query": "db.query.text",
	"aws.operation": "rpc.method", "aws.region": "cloud.region", "aws.table_name": "aws.dynamodb.table_names",
}

// xrayAttrs keeps the values of a block, and of the request and response in it.
func (f xrayReader) xrayAttrs(c *jsontext.Cursor, block string) {
	for c.Open('{'); c.Key(); {
		if name := string(c.Name); name == "request" || name == "response" {
			for c.Open('{'); c.Key(); {
				f.xrayAttr(block, string(c.Name), c)
			}
			continue
		}
		f.xrayAttr(block, string(c.Name), c)
	}
}

func (f xrayReader) xrayAttr(block, name string, c *jsontext.Cursor) {
	key, known := xrayNames[block+"."+name]
	if !known {
		key = name
	}
	if value := c.Scalar(); value != nil {
		f.plainAttr([]byte(key), value)
	}
}

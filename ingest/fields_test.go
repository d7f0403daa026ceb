package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/jaegertracing/jaeger-idl/model/v1"
)

// Every field that a format can carry, with a value that cannot be mistaken for that of another
// field, beside what must be read of it. Laws compare decoders with each other and with those of
// other projects; here is written down what is right.

// The ids of the spans, as they are drawn: the trace T, its spans R, C and M, and another trace.
var fieldIDs = strings.NewReplacer(
	"0af7651916cd43dd8448eb211c80319c", "T", "1bf7651916cd43dd8448eb211c80319d", "T2",
	"b7ad6b7169203331", "R", "00f067aa0ba902b7", "C", "53995c3f42cd8ad8", "M", "64aa6d4053de9be9", "S", "0000000000000000", "0",
	" 1780000000000", " ")

const otlpFields = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}},{"key":"container.id","value":{"stringValue":"c1"}},{"key":"host.name","value":{"stringValue":"h1"}},{"key":"host.arch","value":{"stringValue":"arm64"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[
{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","traceState":"x=y,ot=th:8","parentSpanId":"","flags":257,"name":"GET /cart","kind":2,"startTimeUnixNano":"1780000000000000001","endTimeUnixNano":"1780000000009000003","attributes":[{"key":"hit","value":{"boolValue":true}},{"key":"miss","value":{"boolValue":false}},{"key":"n","value":{"intValue":"-7"}},{"key":"path","value":{"stringValue":"/\u0063art"}}],"droppedAttributesCount":1,"events":[{"timeUnixNano":"1780000000000100008","name":"cache.miss","attributes":[{"key":"k","value":{"stringValue":"v"}}]}],"droppedEventsCount":2,"links":[{"traceId":"1bf7651916cd43dd8448eb211c80319d","spanId":"64aa6d4053de9be9","attributes":[{"key":"k","value":{"stringValue":"v"}}],"flags":1},{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"53995c3f42cd8ad8"}],"status":{"code":1}},
{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","parentSpanId":"b7ad6b7169203331","name":"GET","kind":3,"startTimeUnixNano":"1780000000000500000","endTimeUnixNano":"1780000000008500000","status":{"message":"no","code":2}},
{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"53995c3f42cd8ad8","parentSpanId":"00f067aa0ba902b7","name":"take","kind":5,"startTimeUnixNano":"1780000000000900000","endTimeUnixNano":"0","status":{"code":2}}]}]}]}`

const otlpSnakeFields = `{"resource_spans":[{"instrumentation_library_spans":[{"spans":[
{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","trace_state":"x=y,ot=th:8","name":"GET /cart","kind":"SPAN_KIND_SERVER","start_time_unix_nano":1780000000000000001,"end_time_unix_nano":"1780000000009000003","attributes":[{"key":"hit","value":{"bool_value":true}},{"key":"miss","value":{"bool_value":false}},{"key":"n","value":{"int_value":-7}},{"key":"path","value":{"string_value":"/cart"}}],"dropped_attributes_count":1,"events":[{"name":"cache.miss","time_unix_nano":"1780000000000100008"}],"dropped_events_count":2,"links":[{"trace_id":"1bf7651916cd43dd8448eb211c80319d","span_id":"64aa6d4053de9be9"},{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"53995c3f42cd8ad8"}],"status":{"code":"STATUS_CODE_OK"}},
{"name":"GET","name":"of two the first counts","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"00f067aa0ba902b7","parent_span_id":"b7ad6b7169203331","kind":"client","start_time_unix_nano":"1780000000000500000","end_time_unix_nano":"1780000000008500000","status":{"code":"STATUS_CODE_ERROR"}},
{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"53995c3f42cd8ad8","parent_span_id":"00f067aa0ba902b7","name":"take","kind":5,"start_time_unix_nano":"1780000000000900000","status":{"code":"ERROR"}}],
"instrumentation_library":{"name":"lib"}}],"resource":{"attributes":[{"key":"host.arch","value":{"string_value":"arm64"}},{"key":"host.name","value":{"string_value":"h1"}},{"key":"container.id","value":{"string_value":"c1"}},{"key":"service.name","value":{"string_value":"web"}}]}}]}`

const otlpWant = `T R<0 000001+9.000002ms web@h1[lib] server "GET /cart" th=80000000000000 hit="true" miss="false" n="-7" path="/cart" %container.id="c1" %host.arch="arm64" *cache.miss@100007 ->T2/S ->T/M
T C<R 500000+8ms web@h1[lib] client "GET" failed %container.id="c1" %host.arch="arm64"
T M<C 900000+0s web@h1[lib] consumer "take" failed unfinished %container.id="c1" %host.arch="arm64"
`

const jaegerFields = `{"data":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spans":[
{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331","flags":1,"operationName":"GET /cart","references":[],"startTime":1780000000000001,"duration":9002,"tags":[{"key":"hit","type":"bool","value":true},{"key":"miss","type":"bool","value":false},{"key":"n","type":"int64","value":7},{"key":"path","type":"string","value":"/\u0063art"},{"key":"span.kind","type":"string","value":"server"},{"key":"otel.scope.name","type":"string","value":"lib"},{"key":"w3c.tracestate","type":"string","value":"ot=th:8"},{"key":"error","type":"bool","value":false}],"logs":[{"timestamp":1780000000000101,"fields":[{"key":"event","type":"string","value":"cache.miss"},{"key":"message","type":"string","value":"it was not there"}]},{"timestamp":1780000000000102,"fields":[{"key":"message","type":"string","value":"it is there"}]}],"processID":"p1","warnings":null},
{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"00f067aa0ba902b7","flags":1,"operationName":"GET","references":[{"refType":"CHILD_OF","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331"}],"startTime":1780000000000500,"duration":8000,"tags":[{"key":"span.kind","type":"string","value":"client"},{"key":"error","type":"bool","value":true}],"logs":[],"processID":"p1","warnings":null},
{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"53995c3f42cd8ad8","operationName":"take","references":[{"refType":"CHILD_OF","traceID":"1bf7651916cd43dd8448eb211c80319d","spanID":"64aa6d4053de9be9"},{"refType":"FOLLOWS_FROM","spanID":"00f067aa0ba902b7"},{"refType":"FOLLOWS_FROM","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331"}],"startTime":1780000000000900,"tags":[{"key":"span.kind","type":"string","value":"consumer"},{"key":"otel.status_code","type":"string","value":"ERROR"}],"logs":[],"processID":"p2","warnings":["late","later"]}
],"processes":{"p1":{"serviceName":"web","tags":[{"key":"hostname","type":"string","value":"h1"},{"key":"host.arch","type":"string","value":"arm64"}]},"p2":{"serviceName":"mail","tags":[{"key":"ip","type":"string","value":"10.0.0.7"}]}},"warnings":["a span is missing"]}]}`

const jaegerWant = `T R<0 001000+9.002ms web@h1[lib] server "GET /cart" th=80000000000000 hit="true" miss="false" n="7" path="/cart" w3c.tracestate="ot=th:8" %host.arch="arm64" *cache.miss@100000 *it is there@101000
T C<R 500000+8ms web@h1[] client "GET" failed %host.arch="arm64"
T M<C 900000+0s mail@10.0.0.7[] consumer "take" failed follows unfinished otel.status_code="ERROR" ->T2/S ->T/R
`

// One that has its process with it, tags as fields, and the parent as old exports have it.
const elasticsearchFields = `{"_index":"jaeger-span","_source":{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"00f067aa0ba902b7","parentSpanID":"b7ad6b7169203331","operationName":"GET","startTime":1780000000000500,"startTimeMillis":1780000000000,"duration":8000,"tag":{"span@kind":"client","error":true,"http@route":"/cart"},"logs":[{"timestamp":1780000000000601,"fields":[{"key":"event","type":"string","value":"sent"}]}],"process":{"serviceName":"web","tag":{"hostname":"h1","host@arch":"arm64"}}}}
{"_source":{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"53995c3f42cd8ad8","parentSpanID":"64aa6d4053de9be9","operationName":"take","references":[{"refType":"FOLLOWS_FROM","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331"},{"refType":"CHILD_OF","traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"00f067aa0ba902b7"}],"startTime":1780000000000900,"duration":7,"tags":[{"key":"span.kind","type":"string","value":"consumer"}],"process":{"serviceName":"mail","tags":[{"key":"ip","type":"string","value":"10.0.0.7"}]}}}`

const elasticsearchWant = `T C<R 500000+8ms web@h1[] client "GET" failed http.route="/cart" %host.arch="arm64" *sent@101000
T M<C 900000+7µs mail@10.0.0.7[] consumer "take" ->T/R
`

const pbjsonFields = `{"process":{"serviceName":"web","tags":[{"key":"hostname","type":"string","value":"h1"}]},"spans":[
{"traceId":"CvdlGRbNQ92ESOshHIAxnA==","spanId":"t61rcWkgMzE=","operationName":"GET /cart","startTime":"2026-05-28T20:26:40.000000001Z","duration":"0.009000002s","tags":[{"key":"span.kind","vStr":"server"},{"key":"hit","vType":"BOOL","vBool":true},{"key":"n","vType":"INT64","vInt64":"-7"},{"key":"otel.scope.name","vStr":"lib"}],"logs":[{"timestamp":"2026-05-28T20:26:40.000100008Z","fields":[{"key":"event","vStr":"cache.miss"}]}]},
{"traceId":"CvdlGRbNQ92ESOshHIAxnA==","spanId":"U5lcP0LNitg=","operationName":"take","references":[{"traceId":"G/dlGRbNQ92ESOshHIAxnQ==","spanId":"ZKptQFPem+k="},{"refType":"FOLLOWS_FROM","traceId":"CvdlGRbNQ92ESOshHIAxnA==","spanId":"APBnqgupArc="}],"startTime":"2026-05-28T20:26:40.0009Z","tags":[{"key":"error","vType":"BOOL","vBool":true},{"key":"span.kind","vStr":"consumer"}],"process":{"serviceName":"mail","tags":[{"key":"ip","vStr":"10.0.0.7"}]}}]}`

const pbjsonWant = `T R<0 000001+9.000002ms web@h1[lib] server "GET /cart" hit="true" n="-7" *cache.miss@100007
T M<C 900000+0s mail@10.0.0.7[] consumer "take" failed follows unfinished ->T2/S
`

const zipkinFields = `[
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"b7ad6b7169203331","kind":"SERVER","name":"get /cart","timestamp":1780000000000001,"duration":9002,"localEndpoint":{"serviceName":"web","ipv4":"10.0.0.1","port":80},"remoteEndpoint":{"ipv4":"10.0.0.9","port":4711},"tags":{"http.route":"/cart","error":"false","otel.scope.name":"lib","w3c.tracestate":"ot=th:8"},"annotations":[{"timestamp":1780000000000101,"value":"cache.miss"}]},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"00f067aa0ba902b7","parentId":"b7ad6b7169203331","kind":"CLIENT","name":"get","timestamp":1780000000000500,"duration":8000,"localEndpoint":{"serviceName":"web","ipv6":"fe80::1"},"remoteEndpoint":{"serviceName":"cart"},"tags":{"error":"503"}},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"00f067aa0ba902b7","parentId":"b7ad6b7169203331","kind":"SERVER","shared":true,"timestamp":1780000000000900,"localEndpoint":{"serviceName":"cart"}}]`

const zipkinWant = `T R<0 001000+9.002ms web@10.0.0.1[lib] server "get /cart" th=80000000000000 http.route="/cart" network.peer.address="10.0.0.9" w3c.tracestate="ot=th:8" *cache.miss@100000
T C<R 500000+8ms web@fe80::1[] client "get" failed peer.service="cart"
T C<R 900000+0s cart@[] server "" shared unfinished
`

const zipkinV1Fields = `[
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"b7ad6b7169203331","name":"get /cart","timestamp":1780000000000001,"duration":9002,"annotations":[{"timestamp":1780000000000003,"value":"sr","endpoint":{"serviceName":"web","ipv4":"10.0.0.1"}},{"timestamp":1780000000000101,"value":"cache.miss","endpoint":{"serviceName":"web"}},{"timestamp":1780000000009999,"value":"ss","endpoint":{"serviceName":"web","ipv4":"10.0.0.1"}}],"binaryAnnotations":[{"key":"http.route","value":"/cart","endpoint":{"serviceName":"web"}},{"key":"ca","value":true,"endpoint":{"serviceName":"phone"}}]},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"00f067aa0ba902b7","parentId":"b7ad6b7169203331","name":"get","annotations":[{"timestamp":1780000000000500,"value":"cs","endpoint":{"serviceName":"web"}},{"timestamp":1780000000000600,"value":"sr","endpoint":{"serviceName":"cart"}},{"timestamp":1780000000006800,"value":"ss","endpoint":{"serviceName":"cart"}},{"timestamp":1780000000007500,"value":"cr","endpoint":{"serviceName":"web"}}],"binaryAnnotations":[{"key":"error","value":"503","endpoint":{"serviceName":"web"}}]},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"53995c3f42cd8ad8","parentId":"b7ad6b7169203331","name":"send","timestamp":1780000000000900,"duration":5,"annotations":[{"timestamp":1780000000000900,"value":"ms","endpoint":{"serviceName":"web"}}]},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"64aa6d4053de9be9","parentId":"53995c3f42cd8ad8","name":"take","timestamp":1780000000000910,"duration":6,"annotations":[{"timestamp":1780000000000910,"value":"mr","endpoint":{"serviceName":"mail"}}]},
{"traceId":"0af7651916cd43dd8448eb211c80319c","id":"0000000000000001","parentId":"b7ad6b7169203331","name":"render","timestamp":1780000000000920,"duration":7,"binaryAnnotations":[{"key":"lc","value":"page","endpoint":{"serviceName":"web"}}]}]`

const zipkinV1Want = `T R<0 001000+9.002ms web@10.0.0.1[] server "get /cart" http.route="/cart" peer.service="phone" *cache.miss@100000
T C<R 500000+7ms web@[] client "get" failed
T C<R 600000+6.2ms cart@[] server "get" failed shared
T M<R 900000+5µs web@[] producer "send"
T S<M 910000+6µs mail@[] consumer "take"
T 0000000000000001<R 920000+7µs web@[] unspecified "render" lc="page"
`

const stdoutFields = `{"Name":"GET /cart","SpanContext":{"TraceID":"0af7651916cd43dd8448eb211c80319c","SpanID":"b7ad6b7169203331","TraceFlags":"01","TraceState":"ot=th:8"},"Parent":{"TraceID":"00000000000000000000000000000000","SpanID":"0000000000000000"},"SpanKind":2,"StartTime":"2026-05-28T20:26:40.000000001Z","EndTime":"2026-05-28T20:26:40.009000003Z","Attributes":[{"Key":"hit","Value":{"Type":"BOOL","Value":true}},{"Key":"n","Value":{"Type":"INT64","Value":-7}},{"Key":"path","Value":{"Type":"STRING","Value":"/cart"}}],"Events":[{"Name":"cache.miss","Time":"2026-05-28T20:26:40.000100008Z"}],"Links":[{"SpanContext":{"TraceID":"1bf7651916cd43dd8448eb211c80319d","SpanID":"64aa6d4053de9be9"}}],"Status":{"Code":"Ok"},"Resource":[{"Key":"service.name","Value":{"Type":"STRING","Value":"web"}},{"Key":"host.name","Value":{"Type":"STRING","Value":"h1"}},{"Key":"host.arch","Value":{"Type":"STRING","Value":"arm64"}}],"InstrumentationScope":{"Name":"lib"}}
{"Name":"GET","SpanContext":{"TraceID":"0af7651916cd43dd8448eb211c80319c","SpanID":"00f067aa0ba902b7"},"Parent":{"TraceID":"0af7651916cd43dd8448eb211c80319c","SpanID":"b7ad6b7169203331"},"SpanKind":3,"StartTime":"2026-05-28T22:26:40.0005+02:00","EndTime":"2026-05-28T22:26:40.0085+02:00","Status":{"Code":"Error"},"InstrumentationLibrary":{"Name":"old"}}`

const stdoutWant = `T R<0 000001+9.000002ms web@h1[lib] server "GET /cart" th=80000000000000 hit="true" n="-7" path="/cart" %host.arch="arm64" *cache.miss@100007 ->T2/S
T C<R 500000+8ms unknown_service@[old] client "GET" failed
`

const pythonFields = `{"name":"GET /cart","context":{"trace_id":"0x0af7651916cd43dd8448eb211c80319c","span_id":"0xb7ad6b7169203331","trace_state":"[]"},"kind":"SpanKind.SERVER","parent_id":null,"start_time":"2026-05-28T20:26:40.000001Z","end_time":"2026-05-28T20:26:40.009003Z","status":{"status_code":"OK"},"attributes":{"hit":true,"n":-7,"path":"/cart","tags":["a","b"]},"events":[{"name":"cache.miss","timestamp":"2026-05-28T20:26:40.000101Z","attributes":{}}],"links":[{"context":{"trace_id":"0x1bf7651916cd43dd8448eb211c80319d","span_id":"0x64aa6d4053de9be9"},"attributes":{}}],"resource":{"attributes":{"service.name":"web","host.name":"h1","host.arch":"arm64"},"schema_url":""}}
{"name":"GET","context":{"trace_id":"0x0af7651916cd43dd8448eb211c80319c","span_id":"0x00f067aa0ba902b7"},"kind":"SpanKind.CLIENT","parent_id":"0xb7ad6b7169203331","start_time":"2026-05-28T20:26:40.000500Z","end_time":"2026-05-28T20:26:40.008500Z","status":{"status_code":"StatusCode.ERROR"},"attributes":{},"events":[],"links":[],"resource":{"attributes":{}}}
{"name":"take","context":{"trace_id":"0x0af7651916cd43dd8448eb211c80319c","span_id":"0x53995c3f42cd8ad8"},"kind":"SpanKind.CONSUMER","parent_id":"0x00f067aa0ba902b7","start_time":"2026-05-28T20:26:40.000900Z","end_time":null,"status":{"status_code":"ERROR"},"attributes":{},"resource":{"attributes":{}}}`

const pythonWant = `T R<0 001000+9.002ms web@h1[] server "GET /cart" hit="true" n="-7" path="/cart" tags="[\"a\",\"b\"]" %host.arch="arm64" *cache.miss@100000 ->T2/S
T C<R 500000+8ms unknown_service@[] client "GET" failed
T M<C 900000+0s unknown_service@[] consumer "take" failed unfinished
`

const xrayText = `{"Traces":[{"Id":"1-0af76519-16cd43dd8448eb211c80319c","LimitExceeded":true,"Segments":[
{"Id":"b7ad6b7169203331","Document":"{\"id\":\"b7ad6b7169203331\",\"name\":\"web\",\"trace_id\":\"1-0af76519-16cd43dd8448eb211c80319c\",\"start_time\":1780000000.000000001,\"end_time\":1780000000.009000003,\"throttle\":false,\"error\":false,\"http\":{\"request\":{\"method\":\"GET\",\"url\":\"http://web/cart\"},\"response\":{\"status\":200}},\"annotations\":{\"path\":\"/cart\"},\"subsegments\":[{\"id\":\"00f067aa0ba902b7\",\"name\":\"cart\",\"namespace\":\"remote\",\"start_time\":1.7800000000005E9,\"end_time\":1780000000.0085,\"fault\":true,\"subsegments\":[{\"id\":\"0000000000000001\",\"name\":\"retry\",\"start_time\":1780000000.0006,\"end_time\":1780000000.0007,\"error\":true}]}]}"},
{"Id":"53995c3f42cd8ad8","Document":"{\"id\":\"53995c3f42cd8ad8\",\"name\":\"mail\",\"trace_id\":\"1-0af76519-16cd43dd8448eb211c80319c\",\"parent_id\":\"00f067aa0ba902b7\",\"start_time\":1780000000.0009,\"in_progress\":true,\"throttle\":true,\"sql\":{\"database_type\":\"PostgreSQL\",\"sanitized_query\":\"SELECT 1\"},\"aws\":{\"operation\":\"PutItem\",\"region\":\"eu-1\",\"table_name\":\"carts\"}}"},
{"Id":"64aa6d4053de9be9","Document":"{\"id\":\"64aa6d4053de9be9\",\"name\":\"cart\",\"trace_id\":\"1-0af76519-16cd43dd8448eb211c80319c\",\"parent_id\":\"00f067aa0ba902b7\",\"start_time\":1780000000.0009,\"end_time\":1780000000.0079,\"inferred\":true}"}]}]}`

const xrayWant = `T R<0 000001+9.000002ms web@[] server "web" http.request.method="GET" http.response.status_code="200" path="/cart" url.full="http://web/cart"
T C<R 500000+8ms web@[] client "cart" failed
T 0000000000000001<C 600000+100µs web@[] internal "retry" failed
T M<C 900000+0s mail@[] server "mail" failed unfinished aws.dynamodb.table_names="carts" cloud.region="eu-1" db.query.text="SELECT 1" db.system.name="PostgreSQL" rpc.method="PutItem"
`

// jaegerProtoFields says in Jaeger's own words what jaegerProtoWant says in ours: two batches, of
// which the second holds a span with a process of its own.
func jaegerProtoFields(t *testing.T) string {
	t.Helper()
	at := func(micros int64) time.Time { return time.Unix(1780000000, micros*1000).UTC() }
	id, other := model.NewTraceID(0x0af7651916cd43dd, 0x8448eb211c80319c), model.NewTraceID(0x1bf7651916cd43dd, 0x8448eb211c80319d)
	ref := func(trace model.TraceID, span uint64, kind model.SpanRefType) model.SpanRef {
		return model.SpanRef{TraceID: trace, SpanID: model.NewSpanID(span), RefType: kind}
	}
	first := model.Batch{
		Process: &model.Process{ServiceName: "web", Tags: []model.KeyValue{model.String("hostname", "h1"), model.String("host.arch", "arm64")}},
		Spans: []*model.Span{{
			TraceID: id, SpanID: model.NewSpanID(0xb7ad6b7169203331), OperationName: "GET /cart", StartTime: at(0).Add(1), Duration: 9*time.Millisecond + 2,
			Tags: []model.KeyValue{model.Bool("hit", true), model.Bool("miss", false), model.Int64("n", -7), model.Float64("share", 0.5), model.Binary("raw", []byte{1, 2}), model.String("span.kind", "server"), model.String("otel.scope.name", "lib"), model.String("w3c.tracestate", "ot=th:8")},
			Logs: []model.Log{{Timestamp: at(100).Add(8), Fields: []model.KeyValue{model.String("message", "it was not there"), model.String("event", "cache.miss")}}},
		}},
	}
	second := model.Batch{
		Process: &model.Process{ServiceName: "cart"},
		Spans: []*model.Span{{
			TraceID: id, SpanID: model.NewSpanID(0x00f067aa0ba902b7), OperationName: "GET", StartTime: at(500), Duration: 8 * time.Millisecond,
			References: []model.SpanRef{ref(id, 0xb7ad6b7169203331, model.ChildOf)}, Tags: []model.KeyValue{model.Bool("error", true), model.String("span.kind", "client")},
		}, {
			TraceID: id, SpanID: model.NewSpanID(0x53995c3f42cd8ad8), OperationName: "take", StartTime: at(900), Duration: 7 * time.Microsecond,
			References: []model.SpanRef{ref(other, 0x64aa6d4053de9be9, model.ChildOf), ref(id, 0x00f067aa0ba902b7, model.FollowsFrom)},
			Process:    &model.Process{ServiceName: "mail", Tags: []model.KeyValue{model.String("ip", "10.0.0.7")}}, Tags: []model.KeyValue{model.String("span.kind", "consumer")},
		}},
	}
	var text []byte
	for _, b := range []*model.Batch{&first, &second} {
		data, err := b.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, data...)
	}
	return string(text)
}

const jaegerProtoWant = `T R<0 000001+9.000002ms web@h1[lib] server "GET /cart" th=80000000000000 hit="true" miss="false" n="-7" raw="AQI=" share="0.5" w3c.tracestate="ot=th:8" %host.arch="arm64" *cache.miss@100007
T C<R 500000+8ms cart@[] client "GET" failed
T M<C 900000+7µs mail@10.0.0.7[] consumer "take" follows ->T2/S
`

func TestEveryFieldOfEveryFormatIsReadAsWhatItIs(t *testing.T) {
	otlpWhole := strings.NewReplacer(`"droppedAttributesCount":1,`, "", `"droppedEventsCount":2,`, "").Replace(otlpFields) // on the fast path
	for _, c := range []struct{ what, format, text, want, found string }{
		{"OTLP JSON", "otlp-json", otlpFields, otlpWant, "1 attributes-dropped-by-source, 1 events-dropped-by-source, 1 unfinished-span"},
		{"OTLP JSON of an older collector", "otlp-json", otlpSnakeFields, otlpWant, "1 attributes-dropped-by-source, 1 duplicate-json-key, 1 events-dropped-by-source, 1 unfinished-span"},
		{"OTLP protobuf", "otlp-proto", string(proto(t, otlpWhole)), otlpWant, "1 unfinished-span"},
		{"Tempo", "tempo", strings.Replace(otlpFields, `{"resourceSpans"`, `{"status":"PARTIAL","batches"`, 1), otlpWant, "1 attributes-dropped-by-source, 1 events-dropped-by-source, 1 partial-by-source, 1 unfinished-span"},
		{"Jaeger's api_v3", "jaeger-v3", `{"result":` + otlpFields + "}", otlpWant, "1 attributes-dropped-by-source, 1 events-dropped-by-source, 1 unfinished-span"},
		{"Jaeger JSON", "jaeger", jaegerFields, jaegerWant, "1 unfinished-span, 2 warning-by-source"},
		{"Jaeger in Elasticsearch", "jaeger-es", elasticsearchFields, elasticsearchWant, ""},
		{"Jaeger protobuf", "jaeger-proto", jaegerProtoFields(t), jaegerProtoWant, ""},
		{"Jaeger protobuf as JSON", "jaeger-pbjson", pbjsonFields, pbjsonWant, "1 unfinished-span"},
		{"Zipkin", "zipkin", zipkinFields, zipkinWant, "1 unfinished-span"},
		{"Zipkin v1", "zipkin-v1", zipkinV1Fields, zipkinV1Want, ""},
		{"stdouttrace", "stdouttrace", stdoutFields, stdoutWant, ""},
		{"Python's console", "python-console", pythonFields, pythonWant, "1 unfinished-span"},
		{"X-Ray", "xray", xrayText, xrayWant, "1 partial-by-source, 1 unfinished-span"},
	} {
		for how, o := range map[string]Options{"": {}, ", tolerant": {tolerant: true}, ", from a temporary file": {MaxMemory: 1}} {
			t.Run(c.what+how, func(t *testing.T) {
				o.Keep = notOfTheFormat
				s := read(t, c.text, o)
				defer s.Close()
				want(t, "format", s.Ledger.Files[0].Format, c.format)
				want(t, "spans", fieldIDs.Replace(draw(s)), c.want)
				want(t, "findings", found(&s.Ledger), c.found)
			})
		}
	}
}

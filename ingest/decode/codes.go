package decode

import "github.com/longpole/longpole/trace"

// Spans that could not be used. Each costs one span; the rest of its line, message or
// document is read as if it were not there.
var (
	BadTraceID = trace.Code{ID: "bad-trace-id", What: "spans with an invalid or missing trace id", Fate: trace.Rejected, Loss: true,
		Do: "a trace id is 16 bytes, not all zero, as 32 hex digits; see which exporter or script wrote the file"}
	BadSpanID = trace.Code{ID: "bad-span-id", What: "spans with an invalid or missing span id", Fate: trace.Rejected, Loss: true,
		Do: "a span id is 8 bytes, not all zero, as 16 hex digits; see which exporter or script wrote the file"}
	BadParentID = trace.Code{ID: "bad-parent-id", What: "spans with an invalid parent id", Fate: trace.Rejected, Loss: true,
		Do: "a parent id is a span id, or empty or all zero for a root"}
	BadTime = trace.Code{ID: "bad-time", What: "spans with an invalid start, end time or duration", Fate: trace.Rejected, Loss: true,
		Do: "times are whole numbers in the unit of the format, between 1970 and 2262"}
	NoStart = trace.Code{ID: "no-start-time", What: "spans with a missing or zero start time", Fate: trace.Rejected, Loss: true,
		Do: "without a start time a span cannot be placed; unfinished or badly converted spans look like this"}
	TooLong = trace.Code{ID: "span-over-a-year", What: "spans with an implausible duration, over a year", Fate: trace.Rejected, Loss: true,
		Do: "start and end are in different units, or one of them is wrong"}
	Malformed = trace.Code{ID: "malformed-span", What: "malformed spans, skipped", Fate: trace.Rejected, Loss: true,
		Do: "the span is not what its format says a span is; see which exporter or script wrote the file"}
	TooLarge = trace.Code{ID: "span-too-large", What: "spans over the limit of 64 MiB, skipped", Fate: trace.Rejected, Loss: true,
		Do: "an attribute holds a whole payload; drop it before export"}
)

// Doubts about spans that are used.
var (
	Unfinished = trace.Code{ID: "unfinished-span", What: "unfinished spans, with end time or duration missing; how long they took is not known",
		Do: "the work was still running, or died, when the trace was exported; a request that begins at such a span is in no percentile"}
	In1970 = trace.Code{ID: "date-in-1970", What: "spans with a suspicious start date in 1970",
		Do: "dates fall in 1970: times are probably in another unit than the format says"}
	OverADay = trace.Code{ID: "span-over-a-day", What: "spans with a suspicious duration, over 24 hours",
		Do: "look whether start and end are in the same unit"}
	OpaqueID = trace.Code{ID: "id-not-hex", What: "spans with an id that is not hex, taken as a name",
		Do: "ids were made by hand; equal texts are taken as equal ids"}
	BadKind   = trace.Code{ID: "unknown-span-kind", What: "spans with an unknown kind, taken as unspecified"}
	FloatTime = trace.Code{ID: "float-time", What: "spans with a suspicious time that went through a float, up to 256 ns off",
		Do: "the writer of the file computes nanoseconds as floats; gaps below a microsecond mean nothing"}
	BadText      = trace.Code{ID: "text-not-utf8", What: "spans with invalid text in a name or value: not UTF-8, or a raw line break"}
	CutValue     = trace.Code{ID: "attribute-value-cut", What: "attribute values longer than 256 bytes, cut for comparison"}
	BadAttribute = trace.Code{ID: "malformed-attribute", What: "malformed attributes, ignored"}
	DuplicateKey = trace.Code{ID: "duplicate-json-key", What: "spans with a duplicate JSON key, of which the first counts",
		Do: "the writer of the file is broken; other tools read the last one"}
	ListExpected = trace.Code{ID: "not-a-list", What: "invalid values where a list of spans must stand", Loss: true}
)

// What the source itself says it left out.
var (
	DroppedAttributes = trace.Code{ID: "attributes-dropped-by-source", What: "spans of which the SDK dropped attributes", Loss: true,
		Do: "raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: a rule, layer or slice may have needed one of them"}
	DroppedEvents = trace.Code{ID: "events-dropped-by-source", What: "spans of which the SDK dropped events", Loss: true,
		Do: "raise OTEL_SPAN_EVENT_COUNT_LIMIT: phases like DNS, connect and TLS are told by events"}
	DroppedLinks = trace.Code{ID: "links-dropped-by-source", What: "spans of which the SDK dropped links", Loss: true,
		Do: "raise OTEL_SPAN_LINK_COUNT_LIMIT: links tell what a span did not wait for"}
	SourceWarning = trace.Code{ID: "warning-by-source", What: "warnings that the source attached to the trace", Loss: true,
		Do: "the backend changed the trace or holds only part of it"}
	SourcePartial = trace.Code{ID: "partial-by-source", What: "partial traces: the source says that it returned only a part", Loss: true,
		Do: "raise the backend's limit on trace size, or export the spans elsewhere"}
	SourceError = trace.Code{ID: "error-by-source", What: "error answers of a trace backend in place of a trace", Loss: true,
		Do: "ask the backend again; the file holds its error message"}
)

// Text and messages that gave no spans.
var (
	BadLine = trace.Code{ID: "line-not-json", What: "invalid lines, skipped", Loss: true,
		Do: "other output was written into the file; the lines beside it were read"}
	CutDocument = trace.Code{ID: "document-cut", What: "malformed documents, of which the whole spans before the damage were kept", Loss: true,
		Do: "the file was damaged, or its writer was killed there"}
	CutEnd = trace.Code{ID: "cut-at-end", What: "files truncated in the middle of a record; what was whole before was kept", Loss: true,
		Do: "is the file still being written, or was it copied only in part?"}
	BadMessage = trace.Code{ID: "malformed-message", What: "malformed protobuf messages, of which the whole spans before the damage were kept", Loss: true,
		Do: "the file was damaged there"}
	BadSeparator = trace.Code{ID: "odd-separator", What: "invalid separators between records (a comma, or Unicode's line separator), skipped"}
	NotTraces    = trace.Code{ID: "not-traces", What: "records of metrics, logs or profiles, skipped as not traces"}
	UnknownJSON  = trace.Code{ID: "unknown-json", What: "unrecognised JSON values, skipped", Loss: true,
		Do: "see longpole --help for the formats that can be read"}
	Unverified = trace.Code{ID: "compression-damaged", What: "compressed files with a checksum, size or ending that is invalid; the data before it was kept, unverified", Loss: true,
		Do: "copy or download the file again"}
)

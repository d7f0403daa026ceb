package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// A role is what a key means to a format, whether or not a rule asks for it.
type role = uint8

const (
	plainKey role = iota
	kindKey
	errorKey
	statusKey
	scopeKey
	traceStateKey
	attrsDroppedKey
	eventsDroppedKey
	linksDroppedKey
)

// Keys with a role in formats that carry everything as tags.
var roles = map[string]role{
	"span.kind":         kindKey,
	"error":             errorKey,
	"otel.status_code":  statusKey,
	"otel.scope.name":   scopeKey,
	"otel.library.name": scopeKey,
	"w3c.tracestate":    traceStateKey,

	// OpenTelemetry's mapping to formats other than OTLP names the first two; its SDKs and
	// the collector write the third likewise.
	"otel.dropped_attributes_count": attrsDroppedKey,
	"otel.dropped_events_count":     eventsDroppedKey,
	"otel.dropped_links_count":      linksDroppedKey,
}

// keySpelling returns what the formats need to know of a key.
func keySpelling(name string) spanstore.Spelling {
	inJSON := string(jsontext.AppendQuoted(nil, []byte(name))[1:])
	return spanstore.Spelling{Role: roles[name], Spelled: name, Lead: inJSON + keyEnd[1:], TagLead: inJSON + tagKeyEnd[1:]}
}

package decode

import (
	"slices"

	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
	"github.com/longpole/longpole/trace/page"
)

// A role is what a key means to a format, whether or not a rule asks for it.
type role = uint8

const (
	PlainKey role = iota
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

// Spell returns what the formats need to know of a key.
func Spell(name string) spanstore.Spelling {
	inJSON := string(jsontext.AppendQuoted(nil, []byte(name))[1:])
	return spanstore.Spelling{Role: roles[name], NamesRequest: slices.Contains(page.RequestKeys, name), Spelled: name, Lead: inJSON + KeyEnd[1:], TagLead: inJSON + TagKeyEnd[1:]}
}

// KeyEnd is what comes between a key and its value in OTLP JSON.
const KeyEnd = `","value":{"`

// TagKeyEnd is what comes between a key and its type in Jaeger JSON.
const TagKeyEnd = `","type":"`

// Tag takes one Tag of a span: a fact that OpenTelemetry has a field for, an attribute, or
// both.
func (f *Decoder) Tag(key, value []byte) {
	k := f.Interner.Key(key)
	if k.Role != PlainKey {
		f.TagRole(k.Role, value)
	}
	if k.Keep {
		f.Attr(k, value)
	}
}

// TagRole takes a tag that is a fact which OpenTelemetry has a field for.
func (f *Decoder) TagRole(r role, value []byte) {
	d := &f.Draft
	switch r {
	case kindKey:
		kind, ok := trace.KindOf(string(value))
		if !ok && len(value) > 0 {
			d.Doubt |= KindDoubt
		}
		d.Kind = kind
	case errorKey:
		if string(value) == "true" {
			d.Flags |= trace.Failed
		}
	case statusKey:
		if string(value) == "ERROR" {
			d.Flags |= trace.Failed
		}
	case scopeKey:
		d.Scope = f.Interner.Scope(value)
	case traceStateKey:
		d.TraceState(value)
	case attrsDroppedKey:
		d.DroppedBySource(AttrsDropped, Positive(value))
	case eventsDroppedKey:
		d.DroppedBySource(EventsDropped, Positive(value))
	case linksDroppedKey:
		d.DroppedBySource(LinksDropped, Positive(value))
	}
}

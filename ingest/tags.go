package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
	"github.com/longpole/longpole/trace"
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

const keyEnd = `","value":{"`

const tagKeyEnd = `","type":"`

// tag takes one tag of a span: a fact that OpenTelemetry has a field for, an attribute, or
// both.
func (f *decoder) tag(key, value []byte) {
	k := f.Interner.Key(key)
	if k.Role != plainKey {
		f.tagRole(k.Role, value)
	}
	if k.Keep {
		f.attr(k, value)
	}
}

func (f *decoder) tagRole(r role, value []byte) {
	d := &f.draft
	switch r {
	case kindKey:
		kind, ok := trace.KindOf(string(value))
		if !ok && len(value) > 0 {
			d.doubt |= kindDoubt
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
		d.traceState(value)
	case attrsDroppedKey:
		d.dropped(attrsDropped, positive(value))
	case eventsDroppedKey:
		d.dropped(eventsDropped, positive(value))
	case linksDroppedKey:
		d.dropped(linksDropped, positive(value))
	}
}

package ingest

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// into returns what adds to r what is kept of a resource's attributes.
func (f *decoder) into(r *spanstore.ResourceDraft) func(key, value []byte) {
	return func(key, value []byte) {
		if k := f.Interner.Key(key); spanstore.WantsInResource(k, key) {
			r.Add(f.Interner, k, key, value)
		}
	}
}

// resourceOf returns the resource that fill makes of v, unless the same bytes made one before.
func (f *decoder) resourceOf(v []byte, fill func(c *jsontext.Cursor, r *spanstore.ResourceDraft)) uint32 {
	if id, ok := f.Interner.KnownResource(v); ok {
		return id
	}
	var r spanstore.ResourceDraft
	before := f.draft.doubt // of the span that the resource may stand in
	f.draft.doubt = 0
	f.val.Reset(v)
	fill(&f.val, &r)
	sound := f.draft.doubt&attrDoubt == 0 && f.val.Bad == ""
	f.draft.doubt = before
	return f.drafted(v, &r, sound)
}

// drafted returns the resource that was made of raw. One that is not sound is noted, and not
// remembered, so that it is noted wherever it stands.
func (f *decoder) drafted(raw []byte, r *spanstore.ResourceDraft, sound bool) uint32 {
	if sound {
		return f.Interner.RememberResource(raw, r.Resource(f.Interner))
	}
	f.noteAt(BadAttribute, f.w.Offset(), []byte(r.Service))
	return f.Interner.AddResource(r.Resource(f.Interner))
}

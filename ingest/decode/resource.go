package decode

import (
	"github.com/longpole/longpole/ingest/jsontext"
	"github.com/longpole/longpole/ingest/spanstore"
)

// Collect returns what adds to r what is kept of a resource's attributes.
func (f *Decoder) Collect(r *spanstore.ResourceDraft) func(key, value []byte) {
	return func(key, value []byte) {
		if k := f.Interner.Key(key); spanstore.WantsInResource(k, key) {
			r.Add(f.Interner, k, key, value)
		}
	}
}

// ResourceOf returns the resource that fill makes of v, unless the same bytes made one before.
func (f *Decoder) ResourceOf(v []byte, fill func(c *jsontext.Cursor, r *spanstore.ResourceDraft)) uint32 {
	if id, ok := f.Interner.KnownResource(v); ok {
		return id
	}
	var r spanstore.ResourceDraft
	before := f.Draft.Doubt // of the span that the resource may stand in
	f.Draft.Doubt = 0
	f.Inner.Reset(v)
	fill(&f.Inner, &r)
	sound := f.Draft.Doubt&AttrDoubt == 0 && f.Inner.Bad == ""
	f.Draft.Doubt = before
	return f.NewResource(v, &r, sound)
}

// NewResource returns the resource that was made of raw. One that is not sound is noted, and not
// remembered, so that it is noted wherever it stands.
func (f *Decoder) NewResource(raw []byte, r *spanstore.ResourceDraft, sound bool) uint32 {
	if sound {
		return f.Interner.RememberResource(raw, r.Resource(f.Interner))
	}
	f.NoteAt(BadAttribute, f.Window.Offset(), []byte(r.Service))
	return f.Interner.AddResource(r.Resource(f.Interner))
}

// Package rows decodes what is neither a protocol nor its storage: consoles of SDKs, AWS X-Ray,
// documents of stores.
//
// It takes a decoder whose window holds documents of spans, one after the other or in lists,
// and gives it spans. One file for each of these; most need nothing but a walk over keys.
// It must never know another family of formats.
package rows

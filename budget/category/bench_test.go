package category

import "testing"

// One signature of every sort that has an example; a run meets a few thousand signatures.
func BenchmarkOf(b *testing.B) {
	r := Exemplified()
	examples := allExamples(r.All())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Of(&examples[i%len(examples)].Sig)
	}
}

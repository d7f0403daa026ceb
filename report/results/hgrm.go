package results

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/longpole/longpole/analyze"
)

var hgrmFormat = Format{Name: "hgrm", Doc: "HdrHistogram's percentile log in milliseconds, of the journey with most at stake or the one of --journey", Extension: "hgrm", Write: writeHgrm}

// ticks is how many percentiles stand in each half of what is left.
const ticks = 5

// writeHgrm writes the percentiles of the first journey: a log holds one distribution.
func writeHgrm(w io.Writer, r *Results) error {
	if len(r.Journeys) == 0 {
		return nil
	}
	j := &r.Journeys[0]
	var out bytes.Buffer
	if _, err := histogramOf(r.Data.RequestsOf(j)).PercentilesPrint(&out, ticks, 1e6); err != nil {
		return err
	}
	if text := out.String(); !strings.HasSuffix(text, "\n") {
		out.WriteByte('\n')
	}
	fmt.Fprintf(&out, "#[Journey = %s]\n", shown(j.Name))
	_, err := out.WriteTo(w)
	return err
}

// histogramOf counts what requests took, with three digits, each for as many requests as it stands for.
func histogramOf(requests analyze.Requests) *hdrhistogram.Histogram {
	all := requests.All()
	h := hdrhistogram.New(1, max(int64(all[len(all)-1].Duration), 2), 3)
	for i := range all {
		// No request is longer than the longest, and none shorter than a nanosecond: the histogram takes all.
		_ = h.RecordValues(max(int64(all[i].Duration), 1), max(int64(math.Round(all[i].Weight.Float())), 1))
	}
	return h
}

package report

import (
	"time"

	"github.com/longpole/longpole/trace"
)

// Schema names the JSON Schema of the json output, docs/schema/report.v1.json. Within a
// version fields are added, never changed or removed.
const Schema = "https://longpole.dev/schema/report/v1"

// The types below are the json output, field by field; docs/schema/report.v1.json says what
// each means. Times are integer nanoseconds.
type (
	reportJSON struct {
		Schema           string            `json:"schema"`
		Version          int               `json:"version"`
		Headline         string            `json:"headline"`
		SpansRead        int               `json:"spans_read"`
		SpansAccepted    int               `json:"spans_accepted"`
		SpansDuplicate   int               `json:"spans_duplicate"`
		SpansConflicting int               `json:"spans_conflicting"`
		SpansRejected    int               `json:"spans_rejected"`
		RecordsRead      int               `json:"records_read"`
		RecordsWhole     int               `json:"records_whole"`
		RecordsDamaged   int               `json:"records_damaged"`
		RecordsSkipped   int               `json:"records_skipped"`
		Traces           int               `json:"traces"`
		LeftOut          leftOutJSON       `json:"left_out"`
		Observations     int               `json:"observations"`
		FirstStart       trace.Time        `json:"first_start_ns"`
		LastStart        trace.Time        `json:"last_start_ns"`
		Sampling         samplingJSON      `json:"sampling"`
		Files            []fileJSON        `json:"files"`
		FilesMore        int               `json:"files_more"`
		Diagnostics      []diagnosticJSON  `json:"diagnostics"`
		Journeys         []journeyJSON     `json:"journeys"`
		OtherJourneys    otherJourneysJSON `json:"other_journeys"`
		Apart            []apartJSON       `json:"apart"`
		ApartMore        int               `json:"apart_more"`
		Plan             string            `json:"plan,omitempty"`
		Biases           []biasJSON        `json:"biases"`
		Verdicts         []verdictJSON     `json:"verdicts"`
	}
	leftOutJSON struct {
		Traces     int `json:"traces"`
		Spans      int `json:"spans"`
		Unfinished int `json:"unfinished"`
	}
	apartJSON struct {
		Name  string        `json:"name"`
		Why   string        `json:"why"`
		Count int           `json:"count"`
		P50   time.Duration `json:"p50_ns"`
		Max   time.Duration `json:"max_ns"`
	}
	samplingJSON struct {
		Status   string `json:"status"`
		Words    string `json:"words"`
		Attr     string `json:"weight_attr,omitempty"`
		Unusable int    `json:"weights_unusable,omitempty"`
		Missing  int    `json:"weights_missing,omitempty"`
	}
	fileJSON struct {
		Name   string `json:"name"`
		Format string `json:"format"`
		Bytes  int64  `json:"bytes"`
		Spans  int    `json:"spans"`
	}
	diagnosticJSON struct {
		Code     string        `json:"code"`
		Count    int           `json:"count"`
		Fate     string        `json:"fate"`
		Loss     bool          `json:"loss"`
		What     string        `json:"what"`
		Do       string        `json:"do"`
		Examples []exampleJSON `json:"examples"`
	}
	exampleJSON struct {
		File   string        `json:"file,omitempty"`
		Line   int           `json:"line,omitempty"`
		Offset *int64        `json:"offset,omitempty"`
		Trace  string        `json:"trace,omitempty"`
		Span   string        `json:"span,omitempty"`
		Text   string        `json:"text,omitempty"`
		Amount time.Duration `json:"amount_ns,omitempty"`
	}
	otherJourneysJSON struct {
		Journeys     int `json:"journeys"`
		Observations int `json:"observations"`
	}
	journeyJSON struct {
		Name         string           `json:"name"`
		Observations int              `json:"observations"`
		Requests     float64          `json:"requests"`
		Effective    float64          `json:"effective_observations"`
		Incomplete   int              `json:"incomplete"`
		Unfinished   int              `json:"unfinished"`
		Planned      bool             `json:"planned"`
		Sampling     string           `json:"sampling"`
		Mean         time.Duration    `json:"mean_ns"`
		Max          time.Duration    `json:"max_ns"`
		Percentiles  []attributedJSON `json:"percentiles"`
		Tail         tailJSON         `json:"tail"`
		Rows         groupedRowsJSON  `json:"rows"`
		Async        []asyncJSON      `json:"async"`
		AsyncMore    int              `json:"async_more"`
		Exemplars    []exemplarJSON   `json:"exemplars"`
		Slices       []sliceJSON      `json:"slices"`
		Suspects     []suspectJSON    `json:"suspects"`
	}
	percentileJSON struct {
		Level   string        `json:"level"`
		Value   time.Duration `json:"value_ns"`
		Low     time.Duration `json:"low_ns"`
		High    time.Duration `json:"high_ns"`
		Bounded bool          `json:"bounded"`
	}
	attributedJSON struct {
		percentileJSON
		Needed      int             `json:"needed"`
		Composition compositionJSON `json:"composition"`
	}
	compositionJSON struct {
		Observations int           `json:"observations"`
		Total        time.Duration `json:"total_ns"`
		By           groupedJSON   `json:"by"`
	}
	// groupedJSON holds one list for each of analyze.Groupings.
	groupedJSON struct {
		Layer     sharesJSON `json:"layer"`
		Service   sharesJSON `json:"service"`
		Place     sharesJSON `json:"place"`
		Operation sharesJSON `json:"operation"`
	}
	sharesJSON struct {
		Shares []shareJSON   `json:"shares"`
		More   int           `json:"more"`
		Rest   time.Duration `json:"rest_ns"`
	}
	shareJSON struct {
		Name string        `json:"name"`
		Time time.Duration `json:"ns"`
	}
	tailJSON struct {
		Level   string          `json:"level"`
		Wanted  string          `json:"wanted"`
		Slow    compositionJSON `json:"slow"`
		Typical compositionJSON `json:"typical"`
		Excess  compositionJSON `json:"excess"`
	}
	groupedRowsJSON struct {
		Layer     []rowJSON `json:"layer"`
		Service   []rowJSON `json:"service"`
		Place     []rowJSON `json:"place"`
		Operation []rowJSON `json:"operation"`
	}
	rowJSON struct {
		Name        string           `json:"name"`
		Present     int              `json:"present"`
		Percentiles []percentileJSON `json:"percentiles"`
	}
	asyncJSON struct {
		Service   string        `json:"service"`
		Operation string        `json:"operation"`
		Why       string        `json:"why"`
		Count     int           `json:"count"`
		P50       time.Duration `json:"p50_ns"`
		P95       time.Duration `json:"p95_ns"`
		Lay       *layJSON      `json:"lay,omitempty"` // of messages, before the work on them began
	}
	layJSON struct {
		Count int           `json:"count"`
		P50   time.Duration `json:"p50_ns"`
		P95   time.Duration `json:"p95_ns"`
	}
	exemplarJSON struct {
		Why      string        `json:"why"`
		Trace    string        `json:"trace"`
		Root     string        `json:"root"`
		Duration time.Duration `json:"duration_ns"`
	}
)

package report

import (
	"time"

	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/findings"
	"github.com/longpole/longpole/report/sides"
	"github.com/longpole/longpole/trace"
)

// Schema names the JSON Schema of the json output, docs/schema/report.v1.json. Within a
// version fields are added, never changed or removed.
const Schema = "https://longpole.dev/schema/report/v1"

// The types below are the json output, field by field; docs/schema/report.v1.json says what
// each means. Times are integer nanoseconds.
type (
	reportJSON struct {
		Schema   string `json:"schema"`
		Version  int    `json:"version"`
		Headline string `json:"headline"`
		account.LedgerJSON
		Traces        int                      `json:"traces"`
		LeftOut       leftOutJSON              `json:"left_out"`
		NotChosen     *account.UnchosenJSON    `json:"not_chosen,omitempty"`
		Observations  int                      `json:"observations"`
		FirstStart    trace.Time               `json:"first_start_ns"`
		LastStart     trace.Time               `json:"last_start_ns"`
		Sampling      samplingJSON             `json:"sampling"`
		Files         []account.FileJSON       `json:"files"`
		FilesMore     int                      `json:"files_more"`
		Diagnostics   []account.DiagnosticJSON `json:"diagnostics"`
		Journeys      []journeyJSON            `json:"journeys"`
		OtherJourneys otherJourneysJSON        `json:"other_journeys"`
		Apart         []apartJSON              `json:"apart"`
		ApartMore     int                      `json:"apart_more"`
		Plan          string                   `json:"plan,omitempty"`
		Biases        []account.BiasJSON       `json:"biases"`
		Verdicts      []verdictJSON            `json:"verdicts"`

		Findings *[]findings.FindingJSON `json:"findings,omitempty"` // nil where nobody looked
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
	otherJourneysJSON struct {
		Journeys     int `json:"journeys"`
		Observations int `json:"observations"`
	}
	journeyJSON struct {
		Name         string            `json:"name"`
		Observations int               `json:"observations"`
		Of           int               `json:"sampled_from,omitempty"`
		Requests     float64           `json:"requests"`
		Effective    float64           `json:"effective_observations"`
		Incomplete   int               `json:"incomplete"`
		Unfinished   int               `json:"unfinished"`
		Planned      bool              `json:"planned"`
		Sampling     string            `json:"sampling"`
		Mean         time.Duration     `json:"mean_ns"`
		Max          time.Duration     `json:"max_ns"`
		Percentiles  []attributedJSON  `json:"percentiles"`
		Curve        []pointJSON       `json:"curve"`
		Answer       answerJSON        `json:"answer"`
		Timeline     timelineJSON      `json:"timeline"`
		Since        *sinceJSON        `json:"since,omitempty"`
		Tail         tailJSON          `json:"tail"`
		Rows         groupedRowsJSON   `json:"rows"`
		Calls        []callsJSON       `json:"calls"`
		CallsMore    int               `json:"calls_more"`
		Async        []asyncJSON       `json:"async"`
		AsyncMore    int               `json:"async_more"`
		Exemplars    []exemplarJSON    `json:"exemplars"`
		Slices       []sliceJSON       `json:"slices"`
		Suspects     []suspectJSON     `json:"suspects"`
		Rated        []sides.RatedJSON `json:"vitals,omitempty"`
	}
	// answerJSON is what of a journey's time is worth a sentence.
	answerJSON struct {
		Subject string        `json:"subject"`
		Total   time.Duration `json:"total_ns"`
		Places  []placeJSON   `json:"places"`
		Layer   string        `json:"layer,omitempty"`
		Took    time.Duration `json:"layer_ns,omitempty"`
		Spread  int           `json:"layer_places,omitempty"`
		Hump    *humpJSON     `json:"hump,omitempty"`
		Beside  *answerJSON   `json:"beside,omitempty"`
	}
	placeJSON struct {
		Place     string        `json:"place"`
		Time      time.Duration `json:"ns"`
		Layer     string        `json:"layer"`
		LayerTime time.Duration `json:"layer_ns"`
	}
	humpJSON struct {
		Requests int           `json:"requests"`
		From     time.Duration `json:"from_ns"`
		Median   time.Duration `json:"p50_ns"`
	}
	timelineJSON struct {
		From trace.Time    `json:"from_ns"`
		Bin  time.Duration `json:"bin_ns"`
		Bins []binJSON     `json:"bins"`
	}
	sinceJSON struct {
		At     trace.Time    `json:"at_ns"`
		Low    trace.Time    `json:"low_ns"`
		High   trace.Time    `json:"high_ns"`
		Level  string        `json:"percentile"`
		Before time.Duration `json:"before_ns"`
		After  time.Duration `json:"after_ns"`
		Until  *momentJSON   `json:"mended,omitempty"`
		Values []valueJSON   `json:"first_seen"`
	}
	momentJSON struct {
		At   trace.Time `json:"at_ns"`
		Low  trace.Time `json:"low_ns"`
		High trace.Time `json:"high_ns"`
	}
	valueJSON struct {
		Service  string     `json:"service"`
		Key      string     `json:"key"`
		Value    string     `json:"value"`
		At       trace.Time `json:"at_ns"`
		Requests int        `json:"requests"`
	}
	binJSON struct {
		Requests int           `json:"requests"`
		P50      time.Duration `json:"p50_ns"`
		P95      time.Duration `json:"p95_ns"`
	}
	percentileJSON struct {
		Level   string        `json:"level"`
		Value   time.Duration `json:"value_ns"`
		Low     time.Duration `json:"low_ns"`
		High    time.Duration `json:"high_ns"`
		Bounded bool          `json:"bounded"`
	}
	// pointJSON is a point of the curve of percentiles.
	pointJSON struct {
		Level string        `json:"level"`
		Value time.Duration `json:"value_ns"`
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
		Layer     SharesJSON `json:"layer"`
		Service   SharesJSON `json:"service"`
		Place     SharesJSON `json:"place"`
		Operation SharesJSON `json:"operation"`
	}
	// SharesJSON is where the time of a composition went, by name.
	SharesJSON struct {
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
		Within  []intervalJSON  `json:"within,omitempty"`
	}
	intervalJSON struct {
		Layer string        `json:"layer"`
		Time  time.Duration `json:"ns"`
		Low   time.Duration `json:"low_ns"`
		High  time.Duration `json:"high_ns"`
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
	// callsJSON is how often an operation runs in a request, in the mean.
	callsJSON struct {
		Operation string  `json:"operation"`
		Typical   float64 `json:"typical"`
		Slow      float64 `json:"slow"`
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

// The types below are the part of the json output that a plan adds, and how journeys are
// compared by slice. Values of shares and ratios are in millionths.
type (
	verdictJSON struct {
		Journey      string       `json:"journey"`
		Owner        string       `json:"owner,omitempty"`
		Line         int          `json:"line"`
		Observations int          `json:"observations"`
		Unfinished   int          `json:"unfinished"`
		State        string       `json:"state"`
		Against      *againstJSON `json:"baseline,omitempty"`
		New          []newJSON    `json:"new_on_path,omitempty"`
		Moves        []moveJSON   `json:"moves,omitempty"`
		Checks       []checkJSON  `json:"checks"`
	}
	newJSON struct {
		Name     string `json:"name"`
		Category string `json:"category"`
		Requests int    `json:"requests"`
	}
	moveJSON struct {
		From string        `json:"from,omitempty"` // what the budgets leave of the target, if it is empty
		To   string        `json:"to"`
		Time time.Duration `json:"ns"`
	}
	insideJSON struct {
		Category string        `json:"category"`
		Cause    string        `json:"cause,omitempty"`
		Place    string        `json:"place"`
		Time     time.Duration `json:"ns"`
	}
	againstJSON struct {
		Level        string        `json:"level"`
		Before       time.Duration `json:"before_ns"`
		After        time.Duration `json:"after_ns"`
		Observations int           `json:"baseline_observations"`
		Same         int           `json:"same_observations"`
		Went         *wentJSON     `json:"change,omitempty"`
	}
	// wentJSON says where a change from the baseline went.
	wentJSON struct {
		Of     string        `json:"of"`
		Change time.Duration `json:"change_ns"`
		Low    time.Duration `json:"low_ns"`
		High   time.Duration `json:"high_ns"`
		Mix    time.Duration `json:"other_requests_ns"`
		Slower time.Duration `json:"slower_ns"`
		Proof  string        `json:"proof"`
		Rows   []wentRowJSON `json:"rows"`
	}
	wentRowJSON struct {
		Layer  string        `json:"layer"`
		Place  string        `json:"place"`
		Change time.Duration `json:"change_ns"`
		Mix    time.Duration `json:"other_requests_ns"`
		Slower time.Duration `json:"slower_ns"`
		Proven bool          `json:"proven"`
	}
	checkJSON struct {
		Kind         string         `json:"kind"`
		Text         string         `json:"text"`
		Line         int            `json:"line"`
		Layer        string         `json:"layer,omitempty"`
		State        string         `json:"state"`
		Why          string         `json:"why,omitempty"`
		Sentence     string         `json:"sentence"`
		Unit         string         `json:"unit"`
		Op           string         `json:"op"`
		Limit        int64          `json:"limit"`
		Measured     *measuredJSON  `json:"measured,omitempty"`
		Unmeasured   bool           `json:"unmeasured,omitempty"`
		Observations int            `json:"observations"`
		Needed       int            `json:"needed"`
		Exceeded     int64          `json:"exceeded_millionths"`
		Extra        time.Duration  `json:"adds_to_tail_ns"`
		Most         *insideJSON    `json:"most_inside,omitempty"`
		Room         *time.Duration `json:"room_ns,omitempty"`
		Regression   *changeJSON    `json:"regression,omitempty"`
		Exemplars    []exemplarJSON `json:"exemplars"`
	}
	measuredJSON struct {
		Value   int64 `json:"value"`
		Low     int64 `json:"low"`
		High    int64 `json:"high"`
		Bounded bool  `json:"bounded"`
	}
	changeJSON struct {
		Before   time.Duration `json:"before_ns"`
		After    time.Duration `json:"after_ns"`
		Baseline int           `json:"baseline_observations"`
		Seed     uint64        `json:"seed"`
		Draws    int           `json:"draws"`
		Blocks   [2]int        `json:"blocks"`
		Largest  int64         `json:"largest_cell_millionths"`
		OneWay   int64         `json:"one_way_millionths"`
		Apart    bool          `json:"separable"`
		ByRun    bool          `json:"by_run"`
		Noise    int64         `json:"noise_millionths"`
		Differs  bool          `json:"different"`
	}
	sliceJSON struct {
		Name             string         `json:"name"`
		Rows             []sliceRowJSON `json:"rows"`
		More             int            `json:"more"`
		MoreObservations int            `json:"more_observations"`
	}
	sliceRowJSON struct {
		Value        string           `json:"value"`
		Observations int              `json:"observations"`
		Percentiles  []percentileJSON `json:"percentiles"`
	}
	suspectJSON struct {
		tagJSON
		With   []tagJSON     `json:"with"`
		Waited bool          `json:"waited"`
		Tail   int           `json:"tail"`
		TailOf int           `json:"tail_of"`
		Rest   int           `json:"rest"`
		RestOf int           `json:"rest_of"`
		P      float64       `json:"p"`
		Effect time.Duration `json:"effect_ns"`
	}
	tagJSON struct {
		Service string `json:"service"`
		Key     string `json:"key"`
		Value   string `json:"value"`
	}
)

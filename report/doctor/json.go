package doctor

import (
	"fmt"
	"time"

	"github.com/longpole/longpole/analyze/quality"
	"github.com/longpole/longpole/report/account"
	"github.com/longpole/longpole/report/page"
)

// Schema names the shape of the json. Within a version fields are added, never
// changed or removed.
const Schema = "https://longpole.dev/schema/doctor/v1"

// mostJSONRows is how many rows of each list the json holds.
const mostJSONRows = 1000

type (
	doctorJSON struct {
		Schema  string      `json:"schema"`
		Version int         `json:"version"`
		Answer  string      `json:"answer"`
		Fitness fitnessJSON `json:"fitness"`
		account.LedgerJSON
		Traces      tracesJSON                 `json:"traces"`
		NotChosen   *account.UnchosenJSON      `json:"not_chosen,omitempty"`
		Path        pathTimesJSON              `json:"path"`
		Sampling    sampledJSON                `json:"sampling"`
		Biases      []account.BiasJSON         `json:"biases"`
		Client      *clientJSON                `json:"only_client,omitempty"`
		Asked       int                        `json:"calls_of_services"`
		Calls       listJSON[callJSON]         `json:"calls_without_callee"`
		Peers       listJSON[string]           `json:"peers_without_spans"`
		Leaves      listJSON[leafJSON]         `json:"servers_without_children"`
		Stores      listJSON[storeJSON]        `json:"databases"`
		Pages       []pageJSON                 `json:"pages,omitempty"`
		Orders      listJSON[orderJSON]        `json:"orders_in_doubt"`
		Orphans     listJSON[orphanJSON]       `json:"orphans"`
		Clocks      listJSON[clockJSON]        `json:"clocks"`
		Files       listJSON[account.FileJSON] `json:"files"`
		Diagnostics []account.DiagnosticJSON   `json:"diagnostics"`
	}
	clientJSON struct {
		Service string `json:"service"`
		Host    string `json:"host"`
		Traces  int    `json:"traces"`
	}
	pageJSON struct {
		Service   string `json:"service"`
		Loads     int    `json:"loads"`
		NoVitals  int    `json:"without_vitals"`
		NoRequest int    `json:"without_request"`
		NoParts   int    `json:"without_parts"`
		Hidden    int    `json:"hidden_timing"`
	}
	orderJSON struct {
		Journey  string        `json:"journey"`
		Parent   string        `json:"parent"`
		Child    string        `json:"waited_for"`
		Beside   string        `json:"or_for"`
		Requests int           `json:"requests"`
		Level    string        `json:"percentile"`
		Settles  time.Duration `json:"settles_ns"`
	}
	// listJSON holds the first rows of a list, and how many more there are.
	listJSON[Row any] struct {
		Rows []Row `json:"rows"`
		More int   `json:"more"`
	}
	fitnessJSON struct {
		Grade string `json:"grade"`
		Limit string `json:"limit"`
		Part  int64  `json:"part"`
		Of    int64  `json:"of"`
		UpTo  string `json:"up_to,omitempty"`
	}
	tracesJSON struct {
		Total         int `json:"total"`
		Whole         int `json:"whole"`
		Gapped        int `json:"gapped"`
		Rootless      int `json:"rootless"`
		Behind        int `json:"behind_edge"`
		Spans         int `json:"spans"`
		RootlessSpans int `json:"rootless_spans"`
		Requests      int `json:"requests"`
		WholeRequests int `json:"whole_requests"`
	}
	pathTimesJSON struct {
		Total    time.Duration `json:"total_ns"`
		Untraced time.Duration `json:"untraced_ns"`
		Calls    time.Duration `json:"calls_without_callee_ns"`
		Leaves   time.Duration `json:"servers_without_children_ns"`
	}
	sampledJSON struct {
		Status     string                  `json:"status"`
		Words      string                  `json:"words"`
		Thresholds listJSON[thresholdJSON] `json:"thresholds"`
	}
	thresholdJSON struct {
		Threshold *string `json:"threshold"` // null if the traces say nothing
		Traces    int     `json:"traces"`
	}
	callJSON struct {
		Caller     string        `json:"caller"`
		Callee     string        `json:"callee"`
		Category   string        `json:"category"`
		Calls      int           `json:"calls"`
		Unanswered int           `json:"unanswered"`
		Failed     int           `json:"failed"`
		Median     time.Duration `json:"p50_ns"`
		Path       time.Duration `json:"path_ns"`
		Known      bool          `json:"callee_has_spans"`
	}
	leafJSON struct {
		Service   string        `json:"service"`
		Operation string        `json:"operation"`
		Count     int           `json:"spans"`
		Median    time.Duration `json:"p50_ns"`
		Path      time.Duration `json:"path_ns"`
	}
	storeJSON struct {
		Caller      string `json:"caller"`
		Peer        string `json:"peer"`
		Calls       int    `json:"calls"`
		NoSystem    int    `json:"no_system"`
		NoStatement int    `json:"no_statement"`
	}
	orphanJSON struct {
		Service   string `json:"service"`
		Operation string `json:"operation"`
		Spans     int    `json:"spans"`
		Traces    int    `json:"traces"`
		Usually   string `json:"parent_elsewhere"`
	}
	sourceJSON struct {
		Service string `json:"service"`
		Host    string `json:"host"`
	}
	clockJSON struct {
		Caller   sourceJSON    `json:"caller"`
		Callee   sourceJSON    `json:"callee"`
		Traces   int           `json:"traces"`
		Apart    int           `json:"apart"`
		Median   time.Duration `json:"ahead_p50_ns"`
		Least    time.Duration `json:"ahead_least_ns"`
		Most     time.Duration `json:"ahead_most_ns"`
		Unclear  int           `json:"unclear"`
		TooLarge int           `json:"too_large"`
	}
)

func newClientJSON(c quality.OnlyClient) *clientJSON {
	if c.Traces == 0 {
		return nil
	}
	return &clientJSON{c.Service, c.Host, c.Traces}
}

func (d *Doctor) json() doctorJSON {
	l, q := d.result.Ledger, d.found
	return doctorJSON{
		Schema: Schema, Version: 1, Answer: d.Answer.String(), Fitness: newFitnessJSON(d.Fitness),
		LedgerJSON: account.NewLedgerJSON(l),
		Traces:     tracesJSON(q.Traces), NotChosen: account.NewUnchosenJSON(d.result.Unchosen), Path: pathTimesJSON(q.Path),
		Sampling: sampledJSON{string(d.result.Sampling), account.SamplingWords(d.result.Sampling), listed(q.Sampled, newThresholdJSON)},
		Biases:   page.Each(d.result.Biases, account.NewBiasJSON),
		Client:   newClientJSON(q.Client),
		Asked:    q.Asked,
		Calls: listed(q.Calls, func(c quality.Call) callJSON {
			return callJSON{c.Caller, c.Callee, string(c.Category), c.Calls, c.Unanswered, c.Failed, c.Median, c.Path, c.Known}
		}),
		Peers:  listed(q.Peers, func(name string) string { return name }),
		Leaves: listed(q.Leaves, func(l quality.Leaf) leafJSON { return leafJSON(l) }),
		Stores: listed(q.Stores, func(s quality.Store) storeJSON { return storeJSON(s) }),
		Pages:  page.Each(q.Pages, func(p quality.Page) pageJSON { return pageJSON(p) }),
		Orders: listed(q.Orders, func(o quality.Order) orderJSON {
			return orderJSON{o.Journey, o.Parent, o.Child, o.Beside, o.Requests, o.Level.String(), o.Settles}
		}),
		Orphans: listed(q.Orphans, func(o quality.Orphan) orphanJSON { return orphanJSON(o) }),
		Clocks:  listed(q.Clocks, newClockJSON),
		Files:   listed(l.Files, account.NewFileJSON), Diagnostics: page.Each(l.Findings(), account.NewDiagnosticJSON),
	}
}

func listed[From, To any](list []From, convert func(From) To) listJSON[To] {
	shown := list[:min(len(list), mostJSONRows)]
	return listJSON[To]{page.Each(shown, convert), len(list) - len(shown)}
}

func newFitnessJSON(f quality.Fitness) fitnessJSON {
	out := fitnessJSON{Grade: string(f.Grade), Limit: string(f.Limit), Part: f.Part, Of: f.Of}
	if f.Up > 0 {
		out.UpTo = f.Up.String()
	}
	return out
}

func newThresholdJSON(s quality.Sampled) thresholdJSON {
	if !s.Known {
		return thresholdJSON{Traces: s.Traces}
	}
	text := fmt.Sprintf("%014x", s.Rejected)
	return thresholdJSON{&text, s.Traces}
}

func newClockJSON(c quality.Clock) clockJSON {
	return clockJSON{
		sourceJSON(c.Caller), sourceJSON(c.Callee), c.Traces, c.Apart, c.Median, c.Least, c.Most, c.Unclear, c.TooLarge,
	}
}

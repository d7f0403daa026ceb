package glossary

import "slices"

// words are those of each command, in the order in which its page prints them.
var words = map[string][]Word{
	"report":  slices.Concat(sentences, tables, ofPlans, verdicts),
	"check":   slices.Concat(gates, ofPlans, verdicts),
	"diff":    ofChanges,
	"whatif":  ofWhatIf,
	"trace":   ofTraces,
	"explain": slices.Concat(ofSpans, tables[:shared]),
	"doctor":  ofQuality,

	"findings": ofFindings,
}

var sentences = []Word{
	{[]string{"p95 (a to b)"}, "95 of 100 requests take no longer; the interval holds the true value with 95 % confidence. A percentile that too few requests bound is not shown."},
	{[]string{"p95 per 1 s"}, "a bar for each second, as high as its p95; a dot where no request began"},
	{[]string{"since"}, "the instant from which requests take longer or less long, or some of them do, where that began inside of the files"},
	{[]string{"all 15 s alike"}, "no bar is twice as high as another one"},
	{[]string{"as expected"}, "journeys to which slow requests add nothing that stands out"},
	{[]string{"small", "other"}, "names that hold little of either column, together"},
}

// shared is how many of the words of tables explain prints, too.
const shared = 8

var tables = []Word{
	{[]string{"layer"}, "a kind of work (db, network, app ...), a reason to have waited at all (retry, fanout), or a line of the plan; longpole explain LAYER says what counts as it"},
	{[]string{"place"}, "a service, or an edge \"caller -> callee\" for what is between two"},
	{[]string{"operation"}, "what a span did, after the service that did it"},
	{[]string{"runs"}, "how often an operation runs in a request; \"1 -> 20 x\" from typical to slow requests"},
	{[]string{"typical"}, "mean of the requests between p40 and p60"},
	{[]string{"slowest 10 %"}, "mean of those at or above p90; p95 or p99 where that leaves 30 requests; or of those that stand apart from all others (\"4 of 141 took about 830 ms\"), if they are fewer"},
	{[]string{"adds"}, "slow minus typical, on the critical path, so that rows add up to the total"},
	{[]string{"time", "share"}, "mean time on the critical path, and its part of the whole, where too few requests tell slow from typical"},
	{[]string{"mostly in", "mostly"}, "the place with most of the row; with a sign where it is what slow requests add"},
	{[]string{"░ typical  █ added"}, "the row as a bar: light up to what is typical, full what slow requests add"},
	{[]string{"property"}, "what requests have: an attribute of a service, or a service that they call"},
	{[]string{"slow", "others"}, "how many of the slow requests have the property, and how many of all others; of those that reach the service in which it can be had"},
	{[]string{"worth"}, "how much quicker the slow requests would be if they took as long as those without the property"},
	{[]string{"value"}, "of the attribute by which requests are compared, on the first service that they reach"},
	{[]string{"journey", "requests"}, "a kind of request, and how many there are"},
	{[]string{"p50", "p95", "p99"}, "percentiles of the row alone; - where too few requests bound it"},
	{[]string{"slowest"}, "the longest request of the row"},
	{[]string{"count", "why"}, "how often work was started that nobody waited for, and how that is known"},
	{[]string{"lay waiting"}, "median time from sending a message to when somebody took it up"},
	{[]string{"root", "what", "longest"}, "what is no request: the span that begins it, of which kind it is, and the longest one"},
}

var gates = []Word{
	{[]string{"FAIL", "PASS"}, "the journey breaks what the plan says, or does not; with --strict what is at risk fails"},
	{[]string{"RISK"}, "passes, but may well be broken; --strict fails it"},
	{[]string{"NONE"}, "nothing was measured, or with --strict something could not be proven: exit code 4"},
	{[]string{"x", "!", "?"}, "a check that is blown, at risk, unproven"},
	{[]string{"p95 a of b"}, "what the target's percentile is, and what the plan allows"},
	{[]string{"over"}, "by how much what was measured is above its limit"},
	{[]string{"team"}, "in brackets after a journey: who owns it, as the plan says"},
}

var ofPlans = []Word{
	{[]string{"layer", "budget"}, "a line of the plan, and how long it may take"},
	{[]string{"used"}, "the layer's own percentile, at the level of the target, which its budget is held against"},
	{[]string{"over by"}, "used minus budget, where that is more than nothing"},
	{[]string{"room"}, "what is left of the budget above the upper bound of used; it may be given to others"},
	{[]string{"in"}, "the share of requests in which the layer takes more than its budget"},
	{[]string{"of p95"}, "what the requests around the target's percentile spent in the layer; it adds up to that percentile, which percentiles of layers do not"},
	{[]string{"adds"}, "what slow requests spend more in it than typical ones"},
	{[]string{"assertion"}, "a line of assert in the plan"},
	{[]string{"measured", "range"}, "what it is, and the interval that holds the true value with 95 % confidence"},
	{[]string{"requests"}, "how many it was measured on"},
}

var verdicts = []Word{
	{[]string{"verdict"}, "what an exact test says of the limit:"},
	{[]string{"ok"}, "it is kept: more requests would not change that (59 within a p95 limit suffice)"},
	{[]string{"blown"}, "it is broken: that so many exceed it is no chance"},
	{[]string{"at risk"}, "the estimate breaks it, but that may be chance"},
	{[]string{"unproven"}, "the estimate keeps it, or nothing was measured, and too few requests prove it"},
}

var ofWhatIf = []Word{
	{[]string{"of", "p95"}, "the percentile that is compared"},
	{[]string{"before", "after", "then"}, "as it was, and as it would be under the usual assumptions"},
	{[]string{"change"}, "after minus before"},
	{[]string{"between"}, "the percentile lies between these in four of five cases, whichever of the assumptions hold"},
	{[]string{"best to worst case"}, "what the assumptions that are open make of it: who is next in a queue, which calls a cache answers, whether a second call is as slow"},
	{[]string{"the next long pole"}, "the layer and place in which the slowest 10 % then wait longer than typical requests"},
	{[]string{"the ceiling"}, "p95 if what is changed took no time at all"},
	{[]string{"journey", "requests"}, "a kind of request, and how many of it change"},
	{[]string{"what"}, "what was tried, as a flag; the most helpful first, and last what no change of the work can do"},
	{[]string{"operation", "drag"}, "how much quicker the slowest 10 % would be in the mean if the operation did nothing by itself"},
	{[]string{"slack"}, "how much longer a call of it could take, in the median, before the request took longer"},
	{[]string{"station", "servers"}, "what only so many requests hold at once, and how many"},
	{[]string{"busy"}, "share of the time that its servers are held"},
	{[]string{"visits", "waited", "mean wait"}, "how often it was held, how often others held all of it before, and the wait of all visits"},
	{[]string{"known by"}, "spans or events that tell of the wait, or calls that hardly ever begin while it is taken"},
}

var ofChanges = []Word{
	{[]string{"before", "after"}, "of the two sets of traces, in the order in which they were named"},
	{[]string{"change"}, "after minus before; rows add up to the total"},
	{[]string{"layer", "mostly"}, "a kind of work or a line of the plan, and the place with most of its change"},
	{[]string{"journey", "of"}, "a kind of request, and the figure of it that is compared: the highest percentile that both sides bound"},
	{[]string{"95 % interval"}, "holds the true change with 95 % confidence"},
	{[]string{"proof"}, "what may be said of the change:"},
	{[]string{"proven"}, "it is more than chance, and no change of the whole machine: one part has most of it"},
	{[]string{"different"}, "it is more than chance, but so many parts moved together that the machine may be why"},
	{[]string{"unproven"}, "it may be chance"},
	{[]string{"same requests slower"}, "what changed between requests that make the same calls, with its interval"},
	{[]string{"other requests"}, "what changed because other kinds of requests are made, or more of some"},
	{[]string{"new", "gone"}, "calls, or journeys, that only one of the sets has"},
	{[]string{"now waited for"}, "work that started requests and went on alone before, and that they wait for now; or the reverse"},
}

var ofTraces = []Word{
	{[]string{"span"}, "service and operation, below the span that started it"},
	{[]string{"start"}, "from the start of the request"},
	{[]string{"took"}, "from its own start to its own end"},
	{[]string{"on path"}, "how much of the request was waited for in this span itself, not in those below it; it adds up to the request"},
	{[]string{"what"}, "what its time on the path counts as, its status and errors, the instance on which it ran, and the attributes that the plan asks about; async: nobody waited for it"},
	{[]string{"id"}, "of the span, as longpole explain takes it"},
	{[]string{"█", "░"}, "full: on the critical path; light: the span, while something else was waited for"},
	{[]string{"layer", "place", "operation"}, "what the path's time is grouped by"},
	{[]string{"time", "share"}, "on the path, and its part of the request"},
	{[]string{"this", "beside", "more"}, "with --beside: time on the path here, in the other trace, and the difference"},
	{[]string{"more like these"}, "spans of one parent that do the same, drawn in one row"},
	{[]string{"too short to be shown"}, "spans whose time is below what a row can show, together"},
}

var ofSpans = []Word{
	{[]string{"from", "to", "took"}, "a stretch of the span's own time on the path, from the start of the span"},
	{[]string{"category", "kind of work"}, "what the stretch, or the layer's time, counts as"},
	{[]string{"decided by"}, "the rule that said so; longpole rules lists them"},
	{[]string{"other side"}, "whom it called or was called by, where the stretch is between two"},
}

var ofFindings = []Word{
	{[]string{"service", "entered"}, "a service, and how many spans enter it: servers and consumers"},
	{[]string{"occupied"}, "how long those last, for each 1,000 traces: a thread, a connection or a coroutine is held; also work that nobody waits for"},
	{[]string{"busy"}, "what of its spans neither children nor calls cover: an upper bound of what it computes"},
	{[]string{"failed", "abandoned"}, "what of occupied was for attempts that failed and were made again, and what came after the caller had given up"},
	{[]string{"journey", "requests"}, "a kind of request, and how many there were; requests of calls are those that made the call, of an instance its part of all"},
	{[]string{"most of it in", "costs"}, "the service that is occupied longest, and what that costs at the plan's prices, for each 1,000 requests"},
	{[]string{"from and to", "calls", "calls each"}, "who calls whom, how often, and how often in a request that calls at all"},
	{[]string{"failed and repeated"}, "calls that failed and were made again"},
	{[]string{"instance", "of", "instances"}, "an instance, its service, and how many of that were seen"},
	{[]string{"proven"}, "a count, a test or a counter-example in these traces shows it"},
	{[]string{"likely"}, "the pattern is there, and an effect beyond chance"},
	{[]string{"hint"}, "the pattern alone, or too little time to matter; it may be as it should"},
	{[]string{"+371 ms in the tail"}, "what it takes of slow requests on their critical path, less what it takes of typical ones; never more than the tail adds"},
	{[]string{"of each request"}, "what it takes where slow requests and typical ones lose alike"},
	{[]string{"also"}, "findings about the same time, which the one above them explains"},
	{[]string{"when"}, "when the first and the last request began that show it"},
}

var ofQuality = []Word{
	{[]string{"call"}, "from one service to another; ? where nothing names it"},
	{[]string{"calls"}, "how many there were"},
	{[]string{"category"}, "the kind of work that the call is"},
	{[]string{"without", "of"}, "calls without a span of the other side, of all calls on this edge"},
	{[]string{"failed"}, "how many of those without failed"},
	{[]string{"of path"}, "which part of all time on critical paths that is"},
	{[]string{"the other side"}, "no spans: it sent none at all; not named: nothing says who it is; answers others: other calls have its span; has spans elsewhere: it has spans, but none below such a call"},
	{[]string{"operation", "spans"}, "a kind of span, and how many there are"},
	{[]string{"p50"}, "the median of how long they took"},
	{[]string{"waited for", "or for"}, "two operations that were in flight at once; the first ended last and counts as waited for, but nothing came right after it"},
	{[]string{"in", "requests"}, "the operation that started both, and in how many requests that is so"},
	{[]string{"a link settles"}, "how much of the journey's percentile would be elsewhere if the other one had been waited for; a span link from what waited says which"},
	{[]string{"pages of", "loads"}, "a service, and how often pages of its were loaded"},
	{[]string{"no web vitals", "no request named", "no parts told", "hidden timing"}, "page loads of which nothing says when they were painted, which request they were loaded by, which part of their time was what, or what a resource on their path waited for"},
	{[]string{"no system", "no statement"}, "calls of databases that do not say which kind of database it is, or what was asked"},
	{[]string{"traces", "parent elsewhere"}, "in how many traces the parent of such a span is missing, and what its parent is in others"},
	{[]string{"threshold", "share"}, "the sampling threshold that spans carry, and the part of the traces that carry it"},
	{[]string{"kept of such"}, "the part of all requests that a sampler with that threshold keeps"},
	{[]string{"each counts for"}, "how many requests a trace with that threshold stands for"},
	{[]string{"caller", "callee"}, "two clocks, of which one calls the other"},
	{[]string{"apart"}, "traces in which one of the two clocks was moved against the other"},
	{[]string{"ahead by p50", "least", "most"}, "how far the callee's clock was ahead in those; behind if negative"},
	{[]string{"unclear"}, "calls that do not fit although others show that the clocks agree"},
	{[]string{"too far"}, "calls off by more than --max-skew"},
	{[]string{"whole"}, "traces of which no span is known to be missing"},
	{[]string{"exact duplicates", "conflicts", "rejected"}, "spans that were read twice, that share an id but differ, and that could not be used"},
}

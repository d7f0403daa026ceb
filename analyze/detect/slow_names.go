package detect

import (
	"github.com/longpole/longpole/budget/category"
)

var slowNames = Detector{
	ID: "LP017", Name: "slow-names",
	Means:    "Requests wait until the name of a callee is resolved.",
	Evidence: "Lookups on the path, by spans or events.",
	Alike:    "Opening a connection, once the name is known: connection-not-reused.",
	Remedy:   "Keep connections longer, cache names, and look at the resolver: search domains, timeouts, IPv6 answers.",
	Says:     "{requests} of {of} requests wait for the name, half of them {lookup} or longer",
	begin: func(limits) fold {
		return &categoryFold{kinds: []category.Category{category.DNS}, id: "LP017", figure: "lookup"}
	},
}

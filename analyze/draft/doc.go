// Package draft proposes the plan that holds today. It takes a result without a plan and gives
// the journeys and layers that are worth a line (Of); then it takes the result that was measured
// with those, and gives each line the least budget that these requests prove kept (Fill). It must
// never know traces, nor how a plan is written down.
package draft

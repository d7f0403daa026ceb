// Package budget is the plan that a team writes: journeys, their layers and limits, and what must
// hold of them. It takes the bytes of a plan file and gives a Plan, or every mistake in it at its
// place; it also writes the draft of a plan. It answers for signatures and values: which journey
// begins here, which layer takes this, what a limit says. It must never know a trace, what was
// measured, a file or a clock.
package budget

// Package category says which kind of work a span's own time is: db, cache, network, app. It takes
// signatures and the rules in rules/*.yaml, which are built in, and gives a decision: category, the
// rule and why, the remote side, the steps that timing events show. The tables of categories and
// of causes stand here, because plans and reports ask them. It must never know a tree, a
// duration or a plan: who waited for whom is found above.
package category

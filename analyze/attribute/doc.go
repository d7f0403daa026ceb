// Package attribute says what one request waited for. It takes an assembled trace and gives its
// requests, each with the pieces of its critical path, their categories, causes and layers, and
// with the structure of its calls. What spans are is asked of the rules, and what a request is of
// the plan, once for each signature. It must never know how many requests there are, or what
// they add up to.
package attribute

// Package choice reads what people write to choose requests. It takes an expression over what is known
// of a request, and the period in which it began, as texts, and gives a Choice that says of each
// request whether it is one of them, or what is wrong with the text and where. It must never know
// how long anything on the path of a request took, nor what the chosen ones add up to.
package choice

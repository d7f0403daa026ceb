// Package pages says what page loads, and interactions with pages, lose time by.
//
// It takes one request with its path and gives what of that is lost in one way, at which place. It must never know
// other requests, nor what is done about it.
package pages

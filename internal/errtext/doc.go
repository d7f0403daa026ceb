// Package errtext spells what error messages are made of. It takes names that nobody checked and
// errors, and gives text that cannot act on a terminal, and causes without what the message says
// already. It must never know what went wrong.
package errtext

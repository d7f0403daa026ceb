// Package toolserver offers command lines as tools to agents, by the Model Context Protocol. It takes a
// table of tools and somebody who runs a command line, and gives answers of bounded size over a stream,
// each with a receipt: what was run, over which bytes, by which version. It must never know what a command
// does: an argument of an agent becomes the value of a flag that the table names, and nothing else.
package toolserver

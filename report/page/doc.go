// Package page writes what a command found for people and for programs.
//
// It takes a Page: an answer in one line, sections of lines and tables, and the value that json
// holds. It gives text for a terminal, Markdown, HTML or JSON, with every name that came from a
// file escaped for where it stands. It must never know traces, plans or what any page is about.
package page

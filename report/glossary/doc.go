// Package glossary explains what pages print: every head of a column, and every word that stands
// for more than it says.
//
// It takes the name of a command. It gives the lines that the command's help prints below its
// examples. It must never know traces, plans, figures, or how a page is laid out.
package glossary

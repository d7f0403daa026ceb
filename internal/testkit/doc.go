// Package testkit helps tests to show what they are about. It takes drawings and gives traces, takes
// outputs and compares them with golden files, gives traces by chance, hostile names, and the inputs
// that are shared. It must never be imported by anything but tests, and it must never know what is
// computed of a trace.
package testkit

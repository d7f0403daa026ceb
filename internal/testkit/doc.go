// Package testkit draws traces, compares golden files and finds the shared inputs for tests.
// Nothing outside tests imports it.
package testkit

// Package ci writes what CI systems read: JUnit's XML, and commands of GitHub's workflows.
//
// It takes suites of tests and annotations, whose texts are escaped for a terminal already. It gives
// them in the format that the system expects, with sums. It must never know what was tested.
package ci

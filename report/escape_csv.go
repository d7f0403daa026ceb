package report

import "strings"

// forCSV makes a name safe in a cell that a spreadsheet may take for a formula.
func forCSV(name string) string {
	safe := forTerminal(name)
	if strings.ContainsAny(safe[:min(1, len(safe))], "=+-@\t\r") {
		return "'" + safe
	}
	return safe
}

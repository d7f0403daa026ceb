// Package kit is what every process of the lab shares: its settings, its
// telemetry, its names and certificates, and the dials that a fault turns. It
// knows nothing of the shop and will not decide what a fault is; the table in
// package record does.
package kit

import (
	"os"
	"strconv"
	"time"
)

// Env is the setting called name, or fallback where it is not set.
func Env(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// EnvInt is a setting that is a whole number.
func EnvInt(name string, fallback int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return fallback
}

// EnvMS is a setting in milliseconds.
func EnvMS(name string, fallback int) time.Duration {
	return time.Duration(EnvInt(name, fallback)) * time.Millisecond
}

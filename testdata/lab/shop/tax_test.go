package shop

import (
	"testing"
	"time"
)

func TestAFunctionUsesItsWarmInstanceUntilItHasBeenIdleForTooLong(t *testing.T) {
	f := &function{keep: time.Second}
	at := time.Unix(100, 0)
	if f.take(at) {
		t.Error("there was an instance before any had started")
	}
	f.release(at)
	if !f.take(at.Add(time.Second)) {
		t.Error("an instance that was idle for just the time allowed is gone")
	}
	if f.take(at.Add(time.Second)) {
		t.Error("an instance served two requests at once")
	}
	f.release(at.Add(2 * time.Second))
	if f.take(at.Add(4 * time.Second)) {
		t.Error("an instance that was idle for too long is still there")
	}
}

package trace

import (
	"strings"
	"sync/atomic"
)

// DeviceKeys are the attributes whose values tell a user's device, DeviceMarks those that tell
// it by being there.
var (
	DeviceKeys  = []string{"telemetry.sdk.language", "process.runtime.name", "os.name"}
	DeviceMarks = []string{"browser.brands", "browser.language", "browser.mobile", "browser.platform", "device.model.identifier"}
)

// OnDevice reports whether a browser or a phone timed the span. Nobody sets the clocks of users'
// devices, so these are off by any amount. Attributes must not change once it was asked.
func (s *Signature) OnDevice() bool {
	where := atomic.LoadUint32(&s.device)
	if where == 0 {
		where = elsewhere
		if s.isOnDevice() {
			where = onDevice
		}
		atomic.StoreUint32(&s.device, where)
	}
	return where == onDevice
}

// What is known of where a span was timed; zero until it is asked.
const (
	elsewhere uint32 = 1 + iota
	onDevice
)

func (s *Signature) isOnDevice() bool {
	for i := range s.Resource {
		if a := &s.Resource[i]; isBrowserSDK(a) || isDevice(a) {
			return true
		}
	}
	if isBrowserScope(s.Scope) {
		return true
	}
	for i := range s.Attrs { // formats without resources have all in the span
		if isBrowserSDK(&s.Attrs[i]) {
			return true
		}
	}
	return false
}

func isBrowserSDK(a *Attr) bool {
	switch a.Key {
	case "telemetry.sdk.language":
		return a.Value == "webjs"
	case "process.runtime.name":
		return a.Value == "browser"
	}
	return false
}

// isDevice must be asked of resources only: servers tell in their spans what their users have.
func isDevice(a *Attr) bool {
	switch a.Key {
	case "browser.brands", "browser.language", "browser.mobile", "browser.platform", "device.model.identifier":
		return true
	case "os.name":
		return a.Value == "Android" || a.Value == "iOS" || a.Value == "iPadOS"
	}
	return false
}

// browserScopes are instrumentation that runs in browsers only: pages often set their own resource in place of the one
// that would say so.
var browserScopes = []string{
	"@opentelemetry/instrumentation-document-load", "@opentelemetry/instrumentation-user-interaction", "@opentelemetry/instrumentation-fetch",
	"@opentelemetry/instrumentation-xml-http-request", "@opentelemetry/browser-instrumentation/", "@honeycombio/instrumentation-web-vitals",
	"@grafana/faro-web", "longpole/page",
}

func isBrowserScope(scope string) bool {
	for _, known := range browserScopes {
		if strings.HasPrefix(scope, known) {
			return true
		}
	}
	return false
}

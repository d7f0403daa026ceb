package semconv

import (
	"slices"
	"strings"
)

// actionable lists what a difference between requests can be laid to, that first of which somebody
// can change at once. A prefix ends with a point.
var actionable = []string{
	"feature_flag.", "service.version", "deployment.", "container.image.", "telemetry.sdk.",
	"tenant.", "customer.", "enduser.", "user.",
	"http.route", "messaging.",
	"cloud.region", "cloud.availability_zone", "cloud.",
	"k8s.cluster.name", "k8s.namespace.name", "k8s.deployment.name",
	"k8s.node.name", "db.", "service.instance.id", "k8s.pod.name", "host.", "server.", "net.",
}

// Actionable returns how soon somebody can act on an attribute: the least first. What the
// conventions do not know is a property of the request, which stands behind versions and
// tenants; what a sampler writes is nothing that anybody changes.
func Actionable(key string) int {
	if slices.Contains(samplerMarks, key) {
		return 2 * len(actionable)
	}
	for i, k := range actionable {
		if key == k || (strings.HasSuffix(k, ".") && strings.HasPrefix(key, k)) {
			return 2 * i
		}
	}
	return 2*unknownBehind + 1
}

// RankOfCalls is how much can be done about whom requests call, among attributes: less than about
// what they ask for, more than about where they go.
var RankOfCalls = Actionable("cloud.region") - 1

// unknownBehind is the place of user. in the list.
const unknownBehind = 8

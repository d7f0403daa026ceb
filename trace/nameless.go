package trace

// NoServiceName is found where places have no name of their own.
var NoServiceName = Code{ID: "no-service-name", What: "spans without service.name, told as " + UnknownService,
	Do: "set OTEL_SERVICE_NAME, or service.name in the resource, where they are made"}

// findNameless notes the spans of services that nobody gave a name.
func findNameless(a *assembly) {
	for i := range a.Spans {
		if a.Spans[i].Sig.IsNameless() {
			a.note(NoServiceName, int32(i), 0)
		}
	}
}

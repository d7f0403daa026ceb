package semconv

import "slices"

// Where the route of a request may stand, the most telling first. So it is in every list here.
var (
	methods    = []string{"http.request.method", "http.method"}
	routes     = []string{"http.route", "http.path_group", "aspnetcore.route", "next.route"}
	paths      = []string{"url.path", "http.target", "http.path", "location.href", "http.url", "url.full"}
	operations = []string{"messaging.operation.name", "messaging.operation.type", "messaging.operation"}
)

// The operation of GraphQL.
const (
	graphQLType = "graphql.operation.type"
	graphQLName = "graphql.operation.name"
)

// What a database was asked.
var (
	summaries  = []string{"db.query.summary"}
	statements = []string{"db.query.text", "db.statement", "sql.query", "cassandra.query", "mongodb.query"}
	verbs      = []string{"db.operation.name", "db.operation"}
	tables     = []string{"db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table", "sql.table"}
)

// Service and method of a remote procedure call.
const (
	rpcService = "rpc.service"
	rpcMethod  = "rpc.method"
)

// Where the name of the remote side may stand.
var (
	peerNames            = []string{"peer.service", "service.peer.name"}
	peerHosts            = []string{"server.address", "net.peer.name", "peer.hostname", "net.sock.peer.name", "http.host", "peer.address", "http.remote"}
	peerURLs             = []string{"url.full", "http.url"}
	dbSystems            = []string{"db.system.name", "db.system", "db.type"}
	dbNames              = []string{"db.namespace", "db.name", "db.instance"}
	destinations         = []string{"messaging.destination.name", "messaging.destination", "message_bus.destination"}
	destinationTemplates = []string{"messaging.destination.template"}
	buckets              = []string{"aws.s3.bucket", "aws.bucket.name"}
	callees              = []string{
		"gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider", "gen_ai.request.model", "llm.model_name",
		"langfuse.observation.model.name", "ai.model.id", "faas.invoked_name",
	}
	clusters     = []string{"upstream_cluster.name", "upstream_cluster", "upstream.address", "proxy.upstream.name"}
	questions    = []string{"dns.question.name", "dns.record.domain"}
	dynamoTables = []string{"aws.dynamodb.table_names", "aws.table_name"}
)

// authorities say whom a call is for.
var authorities = slices.Concat(peerHosts, clusters)

// How a call ended, and whether it had been made before.
var (
	statuses = []string{"http.response.status_code", "http.status_code"}
	rpcCodes = []string{"rpc.grpc.status_code", "rpc.response.status_code", "grpc.status_code"}
	resends  = []string{"http.request.resend_count", "grpc.previous-rpc-attempts"}
)

// outcomes are attributes of which rules ask only whether they are there, but whose value says
// in an explanation how the call went.
var outcomes = []string{
	"response_flags", "cache.hit", "spymemcached.result",
}

// answers say of a call that failed by its status that it was answered, with one of answerValues: a
// miss, NOT_FOUND and UNAUTHENTICATED of gRPC, what stores say of an object that is not there.
var (
	answers      = []string{"rpc.grpc.status_code", "rpc.response.status_code", "grpc.status_code", "cache.hit", "spymemcached.result", "error.type"}
	answerValues = []string{
		"5", "NOT_FOUND", "16", "UNAUTHENTICATED", "false", "miss", "404", "401", "NotFound", "NoSuchKey", "NoSuchBucket",
		"ENOENT", "KeyNotFound", "ResourceNotFoundException", "BlobNotFound", "FileNotFoundError", "redis.Nil", "java.io.FileNotFoundException",
	}
)

// failures hold the words of a failure. That there was one is a flag of the span; two records of
// a span that tell it in other words are not the same.
var failures = []string{"error"}

// samplerMarks are attributes that tail samplers leave on what they keep.
var samplerMarks = []string{"tailsampling.policy", "tailsampling.composite_policy", "meta.refinery.reason", "sampling.policy"}

// comparableKeys are the attributes by which requests are compared where a plan names none.
var comparableKeys = []string{
	"cloud.region", "cloud.availability_zone", "service.version", "deployment.environment", "deployment.environment.name",
	"tenant.id", "service.instance.id", "host.name", "k8s.pod.name", "k8s.node.name", "k8s.cluster.name",
	"feature_flag.key", "feature_flag.variant", "user_agent.name", "device.type",
}

// OutcomeKeys lists the attributes that say how a call went: that it failed, was repeated, or was
// answered by a redirect or a demand to log in.
func OutcomeKeys() []string {
	return slices.Concat(statuses, rpcCodes, resends, outcomes, answers, failures, []string{asgiEvent})
}

// ComparableKeys lists the attributes by which requests are compared: where they ran, which
// version served them, for whom, and why a sampler kept them.
func ComparableKeys() []string { return slices.Concat(comparableKeys, samplerMarks) }

// asgiEvent says of a span of an ASGI server which message it sent.
const asgiEvent = "asgi.event.type"

package sarif

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
)

// A Log is what a file holds.
type Log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []Run  `json:"runs"`
}

// A Run is what one run of the program found.
type Run struct {
	Tool        Tool         `json:"tool"`
	Invocations []Invocation `json:"invocations"`
	Results     []Result     `json:"results"`
}

// An Invocation says how the run ended.
type Invocation struct {
	Successful    bool           `json:"executionSuccessful"`
	Notifications []Notification `json:"toolExecutionNotifications"`
}

// A Notification is a word on what was read.
type Notification struct {
	Level   string `json:"level"`
	Message Text   `json:"message"`
}

// A Tool is the program.
type Tool struct {
	Driver Driver `json:"driver"`
}

// A Driver is the program, with the rules that it knows.
type Driver struct {
	Name           string `json:"name"`
	Version        string `json:"version,omitempty"`
	InformationURI string `json:"informationUri"`
	Rules          []Rule `json:"rules"`
}

// Longpole is the driver for a version of this program. Readers want a version that begins with a number (SARIF2005 of the
// SARIF validator), which neither a tag ("v1.2.3") nor a commit that has none ("a1eb9ca") does.
func Longpole(version string) Driver {
	version = strings.TrimPrefix(version, "v")
	if version != "" && (version[0] < '0' || version[0] > '9') {
		version = "0.0.0-" + version
	}
	return Driver{Name: "longpole", Version: version, InformationURI: "https://github.com/longpole/longpole"}
}

// A Rule is something that results can be about.
type Rule struct {
	ID               string `json:"id"`
	Name             string `json:"name"`
	ShortDescription Text   `json:"shortDescription"`
	HelpURI          string `json:"helpUri"`
	FullDescription  *Text  `json:"fullDescription,omitempty"`
	Help             *Text  `json:"help,omitempty"`
}

// A Text is text, in its outermost form.
type Text struct {
	Text string `json:"text"`
}

// A Result is one thing that was found.
type Result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      Text              `json:"message"`
	Locations    []Location        `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Properties   Properties        `json:"properties"`
}

// A Location is where a result is to be shown, and what it is about.
type Location struct {
	Physical Physical  `json:"physicalLocation"`
	Logical  []Logical `json:"logicalLocations"`
}

// A Physical is a place in a file of the repository.
type Physical struct {
	Artifact Artifact `json:"artifactLocation"`
	Region   Region   `json:"region"`
}

// An Artifact is a file.
type Artifact struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId,omitempty"`
}

// A Region is a line.
type Region struct {
	StartLine int `json:"startLine"`
}

// A Logical is a part of what was measured.
type Logical struct {
	Name               string `json:"name"`
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

// Properties are what the program alone knows of a result.
type Properties struct {
	State string `json:"state"`
	Owner string `json:"owner,omitempty"`
}

// New returns a log of one run.
func New(run Run) Log {
	return Log{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []Run{run}}
}

// At points at a line of a file of the repository, by its path from the root of that.
func At(path string, line int) Physical {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(parts[i]), ":", "%3A") // not a scheme
	}
	a := Artifact{URI: strings.Join(parts, "/"), URIBaseID: "%SRCROOT%"}
	if strings.HasPrefix(a.URI, "/") {
		a = Artifact{URI: "file://" + a.URI}
	}
	return Physical{a, Region{max(line, 1)}}
}

// Digest is a fingerprint: the same for the same parts.
func Digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

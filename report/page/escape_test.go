package page

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
)

func TestEscapedNamesStayReadable(t *testing.T) {
	for name, want := range map[string]string{
		"GET /users/{id}":        "GET /users/{id}",
		"std::vector":            "std::vector",
		"\x1b[31m":               `\u001b[31m`,
		"a\nb":                   `a\u000ab`,
		"::error::x":             `\u003a:error::x`,
		"##[group]":              `\u0023#[group]`,
		"##vso[task]":            `\u0023#vso[task]`,
		"## heading":             "## heading",
		"\xff":                   `\xff`,
		"\U000e0041":             `\U000e0041`,
		"Zürich 数据库":             "Zürich 数据库",
		strings.Repeat("é", 201): strings.Repeat("é", 200) + "…",
	} {
		if got := ForTerminal(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
	if got := forASCII("Zürich…"); got != `Z\u00fcrich...` {
		t.Errorf("in ASCII %q", got)
	}
}

// reference is what GitHub and GitLab look for in rendered text.
var reference = regexp.MustCompile(`(?i)(?:^|\W)(?:@[a-z0-9]|[#!$%&~][a-z0-9"]|gh-\d)`)

func TestANameOfMarkdownMentionsNobodyAndRefersToNothing(t *testing.T) {
	for _, name := range []string{"@octocat", "ask @octocat", "a@b.example", "#123", "org/repo#12", "GH-12", "gh-12", "!7", "~bug", `~"a bug"`, "%3", "&4", "$5", "org/repo@a5c3785"} {
		rendered := html.UnescapeString(forMarkdown(name))
		if m := reference.FindString(rendered); m != "" {
			t.Errorf("%s holds the reference %q", forMarkdown(name), m)
		}
		if said := strings.ReplaceAll(rendered, "\u200b", ""); said != name {
			t.Errorf("%q says %q", name, said)
		}
	}
	if got := forMarkdown("a - b, 5 % of web-1"); strings.Contains(got, noWidth) {
		t.Errorf("breaks where nothing is referred to: %s", got)
	}
}

func TestDataInAPageHoldsNoQuoteOfAScriptAndSaysTheSame(t *testing.T) {
	name := "a'`${x}`;</script>\\'"
	data, err := htmlData(&Page{JSON: func() any { return name }})
	if err != nil || strings.ContainsAny(string(data), "'`") || strings.Count(string(data), "</script>") != 1 {
		t.Errorf("%s: %v", data, err)
	}
	_, text, _ := strings.Cut(string(data), ">")
	text, _, _ = strings.Cut(text, "</script>")
	var said string
	if err := json.Unmarshal([]byte(text), &said); err != nil || said != name {
		t.Errorf("%q says %q: %v", name, said, err)
	}
}

func FuzzEscapes(f *testing.F) {
	for _, name := range testkit.Some(testkit.HostileNames, 3) {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for what, out := range map[string]string{
			"terminal": EscapeTerminal(name), "ascii": forASCII(name), "markdown": forMarkdown(name),
		} {
			testkit.Harmless(t, what, []byte(out))
			if name != "" && out == "" {
				t.Errorf("%s: %q has vanished", what, name)
			}
		}
		var encoded bytes.Buffer
		if err := EncodeJSON(&encoded, name); err != nil {
			t.Fatal(err)
		}
		testkit.Harmless(t, "json", encoded.Bytes())
		var back string
		if err := json.Unmarshal(encoded.Bytes(), &back); err != nil || back != string([]rune(name)) {
			t.Errorf("json: %q is read back as %q, %v", name, back, err)
		}
	})
}

func TestOnlyAddressesOfTheWebAreLinks(t *testing.T) {
	for address, want := range map[string]string{
		"https://jaeger.example/trace/1?uiFind=x": `<a href="https://jaeger.example/trace/1?uiFind=x">https://jaeger.example/trace/1?uiFind=x</a>`,
		"http://a/?b=1&c=2":                       `<a href="http://a/?b=1&amp;c=2">http://a/?b=1&amp;c=2</a>`,
		`https://a/" onmouseover="x`:              `<a href="https://a/&#34; onmouseover=&#34;x">https://a/&#34; onmouseover=&#34;x</a>`,
		"javascript:alert(1)":                     "javascript:alert(1)",
	} {
		if got := string(htmlText(Say(Address(address)))); got != want {
			t.Errorf("%s is written %s", address, got)
		}
	}
	if got := string(htmlText(Say(Name("https://a/<b>")))); got != "https://a/&lt;b&gt;" {
		t.Errorf("a name is written %s", got)
	}
}

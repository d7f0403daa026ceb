package report

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

// everyNode parses the page as a browser does and hands every node to f.
func everyNode(t *testing.T, page []byte, f func(n *html.Node)) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		f(n)
	}
}

var usedElements = map[string]bool{
	"html": true, "head": true, "meta": true, "title": true, "style": true, "body": true, "section": true, "h2": true, "p": true,
	"table": true, "caption": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "th": true, "td": true, "svg": true, "rect": true,
}

func TestThePageHoldsNothingButWhatTheTemplateHas(t *testing.T) {
	for _, name := range testkit.HostileNames {
		everyNode(t, written(t, htmlFormat, New(hostile(t, name), Options{Input: name}), page.Style{}), func(n *html.Node) {
			if n.Type == html.CommentNode || (n.Type == html.ElementNode && !usedElements[n.Data]) {
				t.Errorf("%q becomes <%s>", name, n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" || a.Key == "src" || a.Key == "style" {
					t.Errorf("%q becomes the attribute %s=%q", name, a.Key, a.Val)
				}
			}
		})
	}
}

func TestThePageForbidsItselfToLoadAnything(t *testing.T) {
	policy := ""
	everyNode(t, written(t, htmlFormat, New(reporttest.Shop(t), Options{}), page.Style{}), func(n *html.Node) {
		for i, a := range n.Attr {
			if a.Val == "Content-Security-Policy" {
				policy = n.Attr[i+1].Val
			}
		}
	})
	if !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("the page's policy is %q", policy)
	}
}

func TestEveryRowOfThePageHasACellForEachColumn(t *testing.T) {
	rows := 0
	everyNode(t, written(t, htmlFormat, New(reporttest.Shop(t), Options{}), page.Style{}), func(table *html.Node) {
		if table.Data != "table" {
			return
		}
		want := -1
		for n := range table.Descendants() {
			if n.Data != "tr" {
				continue
			}
			rows++
			cells := 0
			for range n.ChildNodes() {
				cells++
			}
			if want >= 0 && cells != want {
				t.Errorf("a row has %d cells instead of %d", cells, want)
			}
			want = cells
		}
	})
	if rows < 20 {
		t.Errorf("only %d rows were looked at", rows)
	}
}

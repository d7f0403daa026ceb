package testkit

import (
	"regexp"

	"github.com/yuin/goldmark/ast"
)

var ownHTML = regexp.MustCompile(`^(?:(<details>)\n<summary>[^<]*</summary>|</details>)\n?$`)

// Folded reports whether a block of HTML in Markdown is one that folds a table away, or ends that:
// the only HTML that there may be.
func Folded(block *ast.HTMLBlock, source []byte) (begins, ours bool) {
	m := ownHTML.FindSubmatch(block.Lines().Value(source))
	return m != nil && m[1] != nil, m != nil
}

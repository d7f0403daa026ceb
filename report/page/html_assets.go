package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"
)

//go:embed html/page.tmpl html/*.js html/*.css html/assets
var htmlFiles embed.FS

// The parts of the style and of the script, in their order. Those below assets are of others; make
// page-assets writes them, and what they may be copied under.
var (
	htmlStyles  = []string{"assets/uPlot.min.css", "page.css"}
	htmlScripts = []string{"assets/uPlot.iife.min.js", "assets/d3-hierarchy.min.js", "basics.js", "charts.js", "icicle.js", "waterfall.js", "page.js"}
	htmlNotices = []string{"assets/uPlot.LICENSE", "assets/d3-hierarchy.LICENSE"}
)

// assets are what is equal on every page: its template, its one style and its one script as elements,
// and the policy that lets nothing but these two act.
type assets struct {
	page, policy  string
	style, script template.HTML
}

var htmlAssets = sync.OnceValue(func() assets {
	style := joined(htmlStyles)
	script := "/*\n" + joined(htmlNotices) + "*/\n" + joined(htmlScripts)
	return assets{
		page:   joined([]string{"page.tmpl"}),
		policy: "default-src 'none'; script-src " + hashOf(script) + "; style-src " + hashOf(style) + "; base-uri 'none'; form-action 'none'",
		style:  template.HTML("<style>" + style + "</style>"),
		script: template.HTML("<script>" + script + "</script>"),
	}
})

// joined returns files one below the other.
func joined(names []string) string {
	var b strings.Builder
	for _, name := range names {
		text, err := htmlFiles.ReadFile("html/" + name)
		if err != nil {
			panic(err) // it is part of the program
		}
		b.Write(text)
		if len(text) > 0 && text[len(text)-1] != '\n' {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// hashOf names a text as a policy does.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

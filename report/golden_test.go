package report

import (
	"bytes"
	"slices"
	"testing"

	"github.com/longpole/longpole/internal/testkit"
	"github.com/longpole/longpole/report/page"
	"github.com/longpole/longpole/report/reporttest"
)

// The outputs of any page, for reports.
var (
	text       = named("text")
	markdown   = named("markdown")
	jsonFormat = named("json")
	htmlFormat = named("html")
)

func named(name string) Format {
	return Formats[slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })]
}

func written(t testing.TB, f Format, r *Report, s page.Style) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, r, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryOutputOfAShopIsAsItWasAgreed(t *testing.T) {
	r := New(reporttest.Shop(t), Options{})
	for _, f := range Formats {
		t.Run(f.Name, func(t *testing.T) {
			testkit.Golden(t, "shop."+f.Extension, written(t, f, r, page.Style{}))
		})
	}
}

func TestOneRequestIsReportedWithoutATail(t *testing.T) {
	r := New(reporttest.Collected(t, reporttest.Checkout(t, 180, 17)), Options{Input: "one.json"})
	testkit.Golden(t, "one.txt", written(t, text, r, page.Style{}))
}

func TestANarrowTerminalWithoutUnicodeGetsWhatMattersMost(t *testing.T) {
	r := New(reporttest.Shop(t), Options{})
	testkit.Golden(t, "narrow.txt", written(t, text, r, page.Style{Width: 50, ASCII: true}))
}

func TestScreensOfEveryWidthAreAsTheyWereAgreed(t *testing.T) {
	r := New(reporttest.Shop(t), Options{})
	for name, s := range map[string]page.Style{
		"shop-80.txt": {Width: 80}, "shop-100.txt": {Width: 100}, "shop-200.txt": {Width: 200}, "shop-80-ascii.txt": {Width: 80, ASCII: true}, "shop-100-colour.txt": {Width: 100, Color: true},
	} {
		testkit.Golden(t, name, written(t, text, r, s))
	}
}

func TestTheOrderOfReadingDoesNotShow(t *testing.T) {
	forward, backward := reporttest.ShopTraces(t), reporttest.ShopTraces(t)
	reporttest.Number(forward)
	reporttest.Number(backward)
	slices.Reverse(backward)
	a, b := New(reporttest.Analysed(forward), Options{}), New(reporttest.Analysed(backward), Options{})
	for _, f := range Formats {
		if !bytes.Equal(written(t, f, a, page.Style{}), written(t, f, b, page.Style{})) {
			t.Errorf("%s depends on the order of the traces", f.Name)
		}
	}
}

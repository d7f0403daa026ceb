package props

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/longpole/longpole/testdata/lab/kit"
)

// static is a host for files, as those who rent out such hosts have it: it
// compresses what can be compressed, lets browsers keep everything, and lets
// pages of others see its timing. It exports nothing.
type static struct {
	files     map[string][]byte // by path
	hero, css *kit.Dial
}

const styles = `*{box-sizing:border-box}body{margin:0;font:16px/1.5 sans-serif;color:#222;background:#fafaf7}
header{display:flex;gap:24px;align-items:center;padding:12px 24px;background:#fff;border-bottom:1px solid #ddd}
nav{display:flex;gap:16px;flex:1}main{max-width:1200px;margin:0 auto;padding:12px 0}
#hero{width:1200px;height:480px;background:#e8e8e0}#hero img{display:block}
h1{margin:12px 0 0}button{padding:10px 24px;font:inherit;color:#fff;background:#27633b;border:0;border-radius:6px}
.others{display:flex;gap:16px;margin-top:16px}
`

// Static serves the page's style sheet, scripts and pictures.
func Static(ctx context.Context) error {
	s := static{files: map[string][]byte{"/css/shop.css": packed([]byte(styles))}, hero: kit.NewDial("static.hero"), css: kit.NewDial("static.css")}
	for _, name := range []string{"telemetry.js", "shop.js"} {
		text, err := os.ReadFile(filepath.Join(os.Getenv("LAB_DIR"), "browser", "dist", name))
		if err != nil {
			return err
		}
		s.files["/js/"+name] = packed(text)
	}
	s.files["/img/hero"], s.files["/img/thumb"] = picture(1200, 480), picture(160, 160)
	return kit.ServePlain(ctx, http.HandlerFunc(s.serve))
}

func (s static) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Timing-Allow-Origin", "*")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/img/"):
		w.Header().Set("Content-Type", "image/jpeg")
		path, _, _ = strings.Cut(path, "-")
	case strings.HasSuffix(path, ".css"):
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
	default:
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
	}
	file, ok := s.files[path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	s.wait(path)
	_, _ = w.Write(file)
}

// wait is how long this host takes to find a file.
func (s static) wait(path string) {
	cost, dial := 4*time.Millisecond, (*kit.Dial)(nil)
	switch path {
	case "/img/hero":
		cost, dial = 40*time.Millisecond, s.hero
	case "/css/shop.css":
		dial = s.css
	}
	if dial != nil {
		if more, hit := dial.HitIn("-"); hit {
			cost += more
		}
	}
	time.Sleep(cost)
}

func packed(text []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

// picture has enough in it to count as content: browsers do not take an image
// of next to no bytes for the largest one.
func picture(width, height int) []byte {
	dice := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			wave := math.Sin(float64(x)/23) + math.Cos(float64(y)/17)
			shade := uint8(128 + 40*wave + 12*dice.Float64())
			img.Set(x, y, color.RGBA{shade / 2, shade, shade / 3, 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 70}); err != nil {
		panic(fmt.Sprint("a picture that was just drawn: ", err))
	}
	return out.Bytes()
}

// pixel is the smallest GIF.
const pixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// Partner is somebody else's host, who is told what people look at, takes his
// time, and lets nobody see the timing.
func Partner(ctx context.Context) error {
	return kit.ServePlain(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(250 * time.Millisecond)
		w.Header().Set("Content-Type", "image/gif")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(pixel))
	}))
}

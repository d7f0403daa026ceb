package otlpjson

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"
)

// A Line is OTLP JSON while it is written: fields in the order of the collector. A field that is
// empty is left out.
type Line []byte

func (l *Line) id(key string, id []byte) {
	if len(id) == 0 {
		return
	}
	l.key(key)
	*l = append(hex.AppendEncode(append(*l, '"'), id), '"')
}

func (l *Line) number(key string, n int64) {
	if n == 0 {
		return
	}
	l.key(key)
	*l = strconv.AppendInt(*l, n, 10)
}

// nanos writes 64 bits as a string, as all of them may not fit a reader's float.
func (l *Line) nanos(key string, n uint64) {
	if n == 0 {
		return
	}
	l.key(key)
	*l = append(strconv.AppendUint(append(*l, '"'), n, 10), '"')
}

func (l *Line) text(key, s string) {
	if s == "" {
		return
	}
	l.key(key)
	l.quote(s)
}

// quote escapes what JSON wants escaped and nothing else: all other text stays as it was read.
func (l *Line) quote(s string) {
	*l = append(*l, '"')
	plain := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			*l = append(*l, s[plain:i]...)
			l.escape(c)
			plain = i + 1
		}
	}
	*l = append(append(*l, s[plain:]...), '"')
}

func (l *Line) escape(c byte) {
	switch c {
	case '"', '\\':
		*l = append(*l, '\\', c)
	case '\n':
		*l = append(*l, `\n`...)
	case '\r':
		*l = append(*l, `\r`...)
	case '\t':
		*l = append(*l, `\t`...)
	default:
		*l = hex.AppendEncode(append(*l, `\u00`...), []byte{c})
	}
}

func (l *Line) list(key string) {
	l.key(key)
	l.open('[')
}

// endList closes a list that was begun with its key; one that holds nothing is taken back.
func (l *Line) endList(key string) {
	b := *l
	if b[len(b)-1] != '[' {
		l.close(']')
		return
	}
	b = b[:len(b)-len(key)-len(`"":[`)]
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	*l = b
}

func (l *Line) object(key string) {
	l.key(key)
	l.open('{')
}

func (l *Line) key(key string) {
	l.comma()
	*l = append(append(append(*l, '"'), key...), `":`...)
}

func (l *Line) open(bracket byte) {
	l.comma()
	*l = append(*l, bracket)
}

func (l *Line) close(bracket byte) { *l = append(*l, bracket) }

// comma parts two of a list or an object: it stands behind all but what opens one, and a key.
func (l *Line) comma() {
	if n := len(*l); n > 0 && (*l)[n-1] != '{' && (*l)[n-1] != '[' && (*l)[n-1] != ':' {
		*l = append(*l, ',')
	}
}

// integer writes 64 bits as a string, as nanos does, whatever they are.
func (l *Line) integer(key string, n int64) {
	l.key(key)
	*l = append(strconv.AppendInt(append(*l, '"'), n, 10), '"')
}

func (l *Line) boolean(key string, b bool) {
	l.key(key)
	*l = strconv.AppendBool(*l, b)
}

func (l *Line) bytes(key string, b []byte) {
	l.key(key)
	*l = append(base64.StdEncoding.AppendEncode(append(*l, '"'), b), '"')
}

// double writes a number, or the name of one that JSON has no digits for.
func (l *Line) double(key string, f float64) {
	l.key(key)
	switch {
	case math.IsNaN(f):
		l.quote("NaN")
	case math.IsInf(f, 1):
		l.quote("Infinity")
	case math.IsInf(f, -1):
		l.quote("-Infinity")
	default:
		*l = strconv.AppendFloat(*l, f, layout(f), -1, 64)
	}
}

// layout is how ECMAScript prints a number: digits alone unless they would be many zeros.
func layout(f float64) byte {
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		return 'e'
	}
	return 'f'
}

func (l *Line) texts(key string, all []string) {
	if len(all) == 0 {
		return
	}
	l.list(key)
	for _, s := range all {
		l.comma()
		l.quote(s)
	}
	l.close(']')
}

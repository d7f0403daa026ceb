package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
)

// A Coder writes the values that it is shown, or sets them to what it reads:
//
//	unsigned   a varint
//	signed     a varint of 2n, or of -2n-1 where n is negative
//	truth      one byte, 0 or 1
//	fixed      8 bytes, little-endian
//	text       a varint: 0, then the length and the bytes of a text that comes for the first time; else which
//	           of those before it is, from 1
//	list       the length, then each
//	map        the length, then each key with its value, in order of the keys
//
// After the first mistake nothing is read any more, and all is zero.
type Coder struct {
	reading bool
	b       []byte // that is written, or is left to read
	err     error
	number  map[string]uint64 // of texts, while writing
	texts   []string          // by number, while reading
	known   []ID              // that were met
	ids     idTable           // of these, while writing
}

// Writer returns a coder that writes.
func Writer() *Coder { return &Coder{number: map[string]uint64{}, ids: idTable{seed: rand.Uint64()}} }

// Reader returns a coder that reads what one that writes has written. It keeps nothing of b.
func Reader(b []byte) *Coder { return &Coder{reading: true, b: b} }

// Reading reports whether values are set, and not written.
func (c *Coder) Reading() bool { return c.reading }

// Bytes returns what was written.
func (c *Coder) Bytes() []byte { return c.b }

// Fail notes what is wrong with what is read, if nothing was before.
func (c *Coder) Fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
	c.b = nil
}

// Done returns what was wrong, also that more was there than was read.
func (c *Coder) Done() error {
	if c.reading && c.err == nil && len(c.b) > 0 {
		return errors.New("more follows than belongs to it")
	}
	return c.err
}

func (c *Coder) take(n int) []byte {
	if n > len(c.b) || c.err != nil {
		c.Fail("it ends too early")
		return make([]byte, min(n, 8))
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

func (c *Coder) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 || c.err != nil {
		c.Fail("it ends too early, or in a number that is too large")
		return 0
	}
	c.b = c.b[n:]
	return v
}

// A Number is of any of the types that integers are kept in.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// Num is a number.
func Num[T Number](c *Coder, v *T) {
	signed := ^T(0) < 0
	if !c.reading {
		n := uint64(*v)
		if signed {
			n = uint64(*v)<<1 ^ uint64(int64(*v)>>63)
		}
		c.b = binary.AppendUvarint(c.b, n)
		return
	}
	n := c.uvarint()
	if signed {
		n = n>>1 ^ -(n & 1)
	}
	if *v = T(n); uint64(*v) != n {
		c.Fail("a number is out of its range")
		*v = 0
	}
}

// Fixed is a number whose bits are all alike, as those of an id are.
func Fixed[T ~uint64](c *Coder, v *T) {
	if c.reading {
		*v = T(binary.LittleEndian.Uint64(c.take(8)))
		return
	}
	c.b = binary.LittleEndian.AppendUint64(c.b, uint64(*v))
}

// Bool is true or false.
func (c *Coder) Bool(v *bool) {
	if !c.reading {
		c.b = append(c.b, 0)
		if *v {
			c.b[len(c.b)-1] = 1
		}
		return
	}
	b := c.take(1)[0]
	if *v = b == 1; b > 1 {
		c.Fail("something is neither true nor false")
	}
}

// Text is a text, which mostly comes again.
func Text[T ~string](c *Coder, v *T) {
	if c.reading {
		*v = T(c.readText())
		return
	}
	if n, known := c.number[string(*v)]; known {
		c.b = binary.AppendUvarint(c.b, n)
		return
	}
	c.number[string(*v)] = uint64(len(c.number) + 1)
	c.b = binary.AppendUvarint(append(c.b, 0), uint64(len(*v)))
	c.b = append(c.b, *v...)
}

func (c *Coder) readText() string {
	n := c.uvarint()
	switch {
	case c.err != nil:
		return ""
	case n > uint64(len(c.texts)):
		c.Fail("a text is named that was not there")
		return ""
	case n > 0:
		return c.texts[n-1]
	}
	length := c.uvarint()
	if length > uint64(len(c.b)) {
		c.Fail("it ends in a text")
		return ""
	}
	text := string(c.take(int(length)))
	c.texts = append(c.texts, text)
	return text
}

// An ID is three numbers that mostly come again together.
type ID [3]uint64

// ID is such an id: as for texts, 0 and the numbers, or which of those before it is.
func (c *Coder) ID(v *ID) {
	if c.reading {
		n := c.uvarint()
		switch {
		case n > uint64(len(c.known)):
			c.Fail("an id is named that was not there")
		case n > 0:
			*v = c.known[n-1]
		default:
			for i := range v {
				Fixed(c, &v[i])
			}
			if c.err == nil {
				c.known = append(c.known, *v)
			}
		}
		return
	}
	n, known := c.ids.number(&c.known, v)
	if known {
		c.b = binary.AppendUvarint(c.b, n)
		return
	}
	c.b = append(c.b, 0)
	for i := range v {
		Fixed(c, &v[i])
	}
}

// Len is how many follow, each of which takes least bytes or more.
func (c *Coder) Len(n, least int) int {
	if !c.reading {
		c.b = binary.AppendUvarint(c.b, uint64(n))
		return n
	}
	if is := c.uvarint(); is <= uint64(len(c.b)/max(1, least)) {
		return int(is)
	}
	c.Fail("more is promised than there is")
	return 0
}

// List is a list; each takes a byte or more.
func List[T any](c *Coder, l *[]T, each func(*T)) {
	n := c.Len(len(*l), 1)
	if c.reading {
		*l = make([]T, n)
	}
	for i := range *l {
		each(&(*l)[i])
	}
	if c.reading && (c.err != nil || n == 0) {
		*l = nil
	}
}

// Map is a map, in the order of its keys.
func Map[K comparable, V any](c *Coder, m *map[K]V, compare func(a, b K) int, key func(*K), value func(*V)) {
	n := c.Len(len(*m), 1)
	if !c.reading {
		keys := make([]K, 0, n)
		for k := range *m {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, compare)
		for _, k := range keys {
			v := (*m)[k]
			key(&k)
			value(&v)
		}
		return
	}
	if *m == nil {
		*m = map[K]V{}
	}
	var last K
	for i := range n {
		var k K
		var v V
		key(&k)
		if i > 0 && compare(last, k) >= 0 {
			c.Fail("what is in order is not")
		}
		value(&v)
		if c.err != nil {
			return
		}
		(*m)[k], last = v, k
	}
}

// Counts are numbers that count something: none is below zero.
func Counts(c *Coder, all ...*int) {
	for _, n := range all {
		if Num(c, n); *n < 0 {
			c.Fail("there are fewer than none")
			*n = 0
		}
	}
}

// Sorted is numbers in order, whatever the order that they are in, each as what it has more than the one before.
func Sorted[T Number](c *Coder, all *[]T) {
	if !c.reading {
		slices.Sort(*all)
	}
	var last T
	List(c, all, func(v *T) {
		more := *v - last
		if Num(c, &more); c.reading {
			*v = last + more
		}
		last = *v
	})
}

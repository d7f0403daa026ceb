package jsontext

import "encoding/binary"

// unhex holds the value of each hex digit, and notHex for all other bytes.
var unhex = func() (t [256]byte) {
	for c := range t {
		t[c] = notHex
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = byte(10 + i)
	}
	return t
}()

const notHex = 0x80

// HexDigits reads up to 16 hex digits of either case.
func HexDigits(b []byte) (n uint64, ok bool) {
	if len(b) == 16 {
		hi, okHi := eightHex(binary.BigEndian.Uint64(b))
		lo, okLo := eightHex(binary.BigEndian.Uint64(b[8:]))
		return hi<<32 | lo, okHi && okLo
	}
	var seen byte
	for _, c := range b {
		d := unhex[c]
		seen |= d
		n = n<<4 | uint64(d&15)
	}
	return n, seen&notHex == 0
}

// eightHex reads the eight hex digits that are the bytes of x, all at the same time. A digit
// is 0x30 to 0x39, a letter 0x41 to 0x46 or 0x61 to 0x66, where bit 6 tells that it is one.
func eightHex(x uint64) (n uint64, ok bool) {
	const each, high = 0x0101010101010101, 0x8080808080808080
	digit := x ^ each*0x30               // 0 to 9, if it is one
	letter := x&^(each*0x20) ^ each*0x40 // 1 to 6, if it is one
	noDigit := digit + each*(0x80-10)
	noLetter := (letter + each*(0x80-7)) | ^(letter + each*(0x80-1))
	if (x|noDigit&noLetter)&high != 0 {
		return 0, false
	}
	x = x&(each*0x0f) + x>>6&each*9
	x = (x | x>>4) & 0x00ff00ff00ff00ff
	x = (x | x>>8) & 0x0000ffff0000ffff
	return (x | x>>16) & 0xffffffff, true
}

package jsontext

import "math"

// Decimal reads a JSON number in any spelling as an exact integer count of 10^-scale, so
// scale 9 turns seconds into nanoseconds; what is smaller than that is cut off. It never
// goes through a float. ok is false for text that is no number and for numbers beyond int64.
func Decimal(b []byte, scale int) (n int64, ok bool) {
	if n, ok = PlainDigits(b); ok && scale == 0 {
		return n, true
	}
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	digits, point, ok := mantissa(b)
	if !ok {
		return 0, false
	}
	return shifted(digits, point+scale, neg)
}

// PlainDigits reads what nearly all integers are: up to 18 digits.
func PlainDigits(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// mantissa splits a number into its digits and the place of the point after them:
// 1.25e1 is "125" with the point moved -1.
func mantissa(b []byte) (digits []byte, point int, ok bool) {
	digits = make([]byte, 0, 32)
	seenPoint, seenDigit := false, false
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
			seenDigit = true
			if seenPoint {
				point--
			}
		case c == '.' && !seenPoint && seenDigit:
			seenPoint = true
		case (c == 'e' || c == 'E') && seenDigit:
			exp, ok := exponent(b[i+1:])
			return digits, point + exp, ok
		default:
			return nil, 0, false
		}
	}
	return digits, point, seenDigit
}

func exponent(b []byte) (n int, ok bool) {
	neg := false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		neg = b[0] == '-'
		b = b[1:]
	}
	wide, ok := PlainDigits(b)
	if wide > 1_000_000 {
		return 0, false
	}
	if neg {
		wide = -wide
	}
	return int(wide), ok
}

// shifted returns digits times 10^by.
func shifted(digits []byte, by int, neg bool) (n int64, ok bool) {
	if by < 0 {
		digits = digits[:max(len(digits)+by, 0)]
		by = 0
	}
	var u uint64
	for i := range len(digits) + by {
		d := byte('0')
		if i < len(digits) {
			d = digits[i]
		} else if u == 0 {
			break
		}
		if u > (math.MaxInt64-uint64(d-'0'))/10 {
			return 0, false
		}
		u = u*10 + uint64(d-'0')
	}
	if neg {
		return -int64(u), true
	}
	return int64(u), true
}

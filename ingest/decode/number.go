package decode

import (
	"strconv"

	"github.com/longpole/longpole/ingest/jsontext"
)

// Positive reports whether a number is above zero.
func Positive(number []byte) bool {
	n, ok := jsontext.Decimal(number, 0)
	return ok && n > 0
}

// FormatDouble spells x in the fewest digits that give x again.
func FormatDouble(out []byte, x float64) []byte {
	return strconv.AppendFloat(out, x, 'g', -1, 64)
}

// True and False are how truth values are kept.
var True, False = []byte("true"), []byte("false")

package ingest

import (
	"strconv"

	"github.com/longpole/longpole/ingest/jsontext"
)

func positive(number []byte) bool {
	n, ok := jsontext.Decimal(number, 0)
	return ok && n > 0
}

// formatDouble spells x in the fewest digits that give x again.
func formatDouble(out []byte, x float64) []byte {
	return strconv.AppendFloat(out, x, 'g', -1, 64)
}

var textTrue, textFalse = []byte("true"), []byte("false")

// Package jsontext walks JSON that may be damaged, huge or cut off anywhere.
//
// It takes bytes, as they stream by (Window) or in memory (Cursor, Expected), and gives keys,
// values and exact numbers, or where and why the text stops being JSON. It never recurses,
// never goes through a float, and holds no more of a stream than one value. It must never
// know what a span is, nor any format of traces.
package jsontext

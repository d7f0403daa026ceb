// Package bytesize reads and writes amounts of memory. It takes what people write, 256MiB, 1GiB,
// 500MB, and gives a number of bytes, or what is wrong with the text; and the other way round. It
// does no arithmetic on them and knows no fractions. It must never know what the memory is for.
package bytesize

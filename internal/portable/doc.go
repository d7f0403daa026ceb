// Package portable has the functions of mathematics that the statistics need, with the same bits on every processor.
// Those of the standard library are written in assembly for some processors, and their products and sums are joined
// into one rounding on others, so that the last digit depends on where a program runs. It takes numbers and gives
// numbers, right to some units of the last place. It must never call a function of the standard library that rounds,
// apart from the square root, which every processor rounds correctly; and every product that is added to something is
// rounded by itself, which a conversion says.
package portable

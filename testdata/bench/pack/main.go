// Command pack writes a file again as a .gz and a .zst, with the usual levels.
//
//	pack FILE DIR
package main

import (
	"errors"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: pack FILE DIR")
	}
	if err := pack(os.Args[1], filepath.Join(os.Args[2], filepath.Base(os.Args[1]))); err != nil {
		log.Fatal(err)
	}
}

func pack(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	gz, err := os.Create(to + ".gz")
	if err != nil {
		return err
	}
	zst, err := os.Create(to + ".zst")
	if err != nil {
		return err
	}
	zipper := gzip.NewWriter(gz)
	zstder, err := zstd.NewWriter(zst)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(zipper, zstder), in)
	return errors.Join(err, zipper.Close(), zstder.Close(), gz.Close(), zst.Close())
}

package main

import (
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gunzip(f *os.File) (string, error) {
	r, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	n, err := io.Copy(io.Discard, r)
	return fmt.Sprint(n, " bytes"), err
}

func unzstd(f *os.File) (string, error) {
	r, err := zstd.NewReader(f)
	if err != nil {
		return "", err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, r)
	return fmt.Sprint(n, " bytes"), err
}

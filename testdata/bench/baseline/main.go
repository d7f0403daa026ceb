// Command baseline does with a file what others do before they can begin: it decodes it, in
// one goroutine, and looks at nothing that it decoded. It prints how many spans there were, or
// how many bytes.
//
//	baseline pdata FILE       OTLP JSON lines or length-prefixed protobuf, the collector's pdata
//	baseline simdjson FILE    JSON lines, simdjson-go: parsed, values not visited; needs AVX2
//	baseline json FILE        Jaeger JSON, encoding/json into structs
//	baseline gzip FILE        decompressed, klauspost/compress
//	baseline zstd FILE        the same
//
// How much CPU it took is for whoever started it to ask the kernel.
package main

import (
	"fmt"
	"log"
	"os"
)

var baselines = map[string]func(f *os.File) (counted string, err error){
	"pdata":    pdata,
	"simdjson": simd,
	"json":     structs,
	"gzip":     gunzip,
	"zstd":     unzstd,
}

func main() {
	if len(os.Args) != 3 || baselines[os.Args[1]] == nil {
		log.Fatal("usage: baseline pdata|simdjson|json|gzip|zstd FILE")
	}
	f, err := os.Open(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	counted, err := baselines[os.Args[1]](f)
	if err != nil {
		log.Fatal(fmt.Errorf("%s %s: %w", os.Args[1], os.Args[2], err))
	}
	fmt.Println(counted)
}

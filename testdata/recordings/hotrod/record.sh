#!/bin/sh
# Makes the four recordings and truth.json again. Wants Go, the ports 8080 to 8083 and about eighteen minutes.
# Arguments go to the recorder: ./record.sh -only baseline, or ./record.sh -only none to count the files again.
set -eu
cd "$(dirname "$0")/record"
mkdir -p bin
go build -o bin/hotrod github.com/jaegertracing/jaeger/examples/hotrod
go build -o bin/record .
exec bin/record -hotrod bin/hotrod -out .. "$@"

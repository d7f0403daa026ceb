#!/bin/sh
# Makes a virtual environment with Spark, Arrow and an S3 server below bin, once. Prints where its Python is.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x bin/sparkenv/bin/moto_server ]; then
	command -v java >/dev/null || { echo "Spark needs Java 17 or later: apt-get install openjdk-17-jre-headless" >&2; exit 1; }
	python3 -m venv bin/sparkenv >&2
	bin/sparkenv/bin/pip install --quiet --disable-pip-version-check 'pyspark>=4,<5' 'pandas<3' pyarrow 'moto[s3,server]' >&2
fi
echo "$PWD/bin/sparkenv/bin/python"

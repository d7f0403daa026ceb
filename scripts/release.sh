#!/usr/bin/env bash
# Checks .goreleaser.yaml, builds a snapshot with it and looks at what came of it. Installs its tools below
# bin/tools, and says what it skipped.
#
#	scripts/release.sh
set -uo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/bin/tools
mkdir -p "$tools"
export PATH=$tools:$PATH
goreleaser=github.com/goreleaser/goreleaser/v2@v2.16.0
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
failed=0

ok() { echo "ok: $1"; }
bad() { echo "FAILED: $1"; failed=$((failed + 1)); }
holds() { local name=$1; shift; if "$@" >"$tools/said" 2>&1; then ok "$name"; else bad "$name"; tail -20 "$tools/said"; fi; }
has() { command -v "$1" >/dev/null || GOFLAGS=-mod=mod GOBIN=$tools go install "$2" >"$tools/log" 2>&1; }

# The program says its version however it is built.
says() {
	local how=$1 want=$2 got
	got=$("$tools/longpole" version | cut -d' ' -f2)
	if [[ $got =~ $want ]]; then ok "built by $how it is $got"; else bad "built by $how it is $got, not like $want"; fi
}
make -s build && cp bin/longpole "$tools/longpole"
says "make" "^$(git describe --tags --always --dirty | sed 's/[.+]/\\&/g')$"
go build -buildvcs=true -o "$tools/longpole" ./cmd/longpole && says "go build" '^(v[0-9]|\(devel\)$)'
go build -buildvcs=false -o "$tools/longpole" ./cmd/longpole && says "go build without version control" '^\(devel\)$'
go build -ldflags '-X main.release=v1.2.3' -o "$tools/longpole" ./cmd/longpole && says "a release" '^v1\.2\.3$'

has goreleaser "$goreleaser" || { echo "skipped: goreleaser cannot be had"; exit "$failed"; }
holds "goreleaser check" goreleaser check
skip=publish
has cyclonedx-gomod "$cyclonedx" || { echo "skipped: SBOM: cyclonedx-gomod cannot be had"; skip=publish,sbom; }
holds "goreleaser builds a snapshot" goreleaser release --snapshot --clean --skip="$skip"
[ "$failed" = 0 ] || exit 1

archives=$(ls dist/*.tar.gz dist/*.zip | wc -l)
[ "$archives" = 6 ] && ok "6 archives" || bad "$archives archives, not 6"
packages=$(ls dist/*.deb dist/*.rpm | wc -l)
[ "$packages" = 4 ] && ok "4 packages" || bad "$packages packages, not 4"
holds "checksums are those of the files" sh -c 'cd dist && sha256sum --quiet -c checksums.txt'
for name in dist/*.tar.gz; do
	tar tzf "$name" >"$tools/held" # and not into grep, which may end before tar has said all
	for holds in longpole LICENSE README.md CHANGELOG.md THIRD_PARTY_NOTICES man/longpole.1 completions/longpole.bash; do
		grep -qx "$holds" "$tools/held" || bad "$name does not hold $holds"
	done
done
command -v dpkg-deb >/dev/null && holds "the deb holds the program and its pages" sh -c 'dpkg-deb -c dist/*amd64.deb >bin/tools/held && grep -q /usr/bin/longpole bin/tools/held && grep -q man1/longpole.1 bin/tools/held'
[[ $skip = publish ]] && holds "each program has an SBOM that names its modules" sh -c 'test $(ls dist/*.cdx.json | wc -l) = 6 && ! grep -L protobuf dist/*.cdx.json | grep .'

demo="report --budget testdata/demo/checkout.yaml testdata/recordings/lab/payment-slow/faulty.otlp.jsonl.zst"
native=$(echo dist/longpole_linux_amd64*/longpole) arm=$(echo dist/longpole_linux_arm64*/longpole)
case $(uname -m) in x86_64) ;; *) echo "skipped: the program for amd64 does not run here"; exit "$failed" ;; esac
holds "the snapshot says its version" sh -c "$native version | grep -E 'longpole v[0-9.]+-next'"
"$native" $demo >"$tools/native"
grep -q '^Budget blown: checkout' "$tools/native" && ok "the demo" || bad "the demo"
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || { echo "skipped: arm64: no qemu-user"; exit "$failed"; }
holds "the program for arm64 prints the same" sh -c "'$emulator' '$arm' $demo | cmp - '$tools/native'"
echo "$failed failed"
[ "$failed" -eq 0 ]

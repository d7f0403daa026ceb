#!/usr/bin/env bash
# Builds the image of Dockerfile with buildah, without a registry, and runs it as docs/ci.md does: the image that it
# begins from is stood in for by the Go of this machine beside busybox, and modules are those that were fetched already.
#
#	scripts/container.sh
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in buildah busybox go; do
	command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: a build without a daemon needs root here"; exit 0; }
ldd "$(command -v busybox)" >/dev/null 2>&1 && { echo "skipped: busybox is not static (busybox-static)"; exit 0; }
work=$(mktemp -d)
export BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$work/storage" --runroot "$work/run" "$@"; }
trap 'buildah umount --all >/dev/null; chmod -R u+w "$work" && rm -rf "$work"' EXIT
quietly() { "$@" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; echo "FAILED: $*" >&2; exit 1; }; }
ok() { echo "ok: $1"; }
bad() { echo "FAILED: $1" >&2; exit 1; }

go mod download
base=$(sed -n 's/^FROM \(golang:[^ ]*\) AS build$/\1/p' Dockerfile)
mkdir -p "$work/base/bin" "$work/base/usr/local" "$work/base/tmp"
cp -r "$(go env GOROOT)" "$work/base/usr/local/go"
rm -rf "$work/base/usr/local/go/"{test,api,doc}
cp "$(command -v busybox)" "$work/base/bin/busybox"
for name in sh mkdir; do ln -s busybox "$work/base/bin/$name"; done
printf 'FROM scratch\nCOPY . /\nENV PATH=/usr/local/go/bin:/bin HOME=/root GOPROXY=off GOFLAGS=-mod=readonly GOTOOLCHAIN=local\n' >"$work/Dockerfile"
quietly buildah build -f "$work/Dockerfile" -t "$base" "$work/base"
rm -rf "$work/base"

# Both stages, as they stand.
quietly buildah build --pull-never --build-arg VERSION=v1.2.3 -v "$(go env GOMODCACHE):/root/go/pkg/mod" -t longpole .
ok "both stages of Dockerfile, on $base stood in for by $(go env GOVERSION)"

image=$(buildah from --pull-never longpole)
root=$(buildah mount "$image")
[ "$(cd "$root" && find . -mindepth 1 | sort | xargs)" = "./longpole ./tmp" ] || bad "the image holds more than the program: $(find "$root" | head)"
ok "the image holds /longpole and an empty /tmp, $(du -m "$root/longpole" | cut -f1) MB"

# longpole runs in the image as docker run does: with its entry point, and as its user.
lab=testdata/recordings/lab/payment-slow
mkdir "$work/shop" "$work/shop/traces"
cp testdata/demo/checkout.yaml "$work/shop/longpole.yaml"
cp "$lab/faulty.otlp.jsonl.zst" "$work/shop/traces"
chmod -R a+rX "$work/shop"
entry=$(buildah inspect --format '{{index .OCIv1.Config.Entrypoint 0}} {{index .OCIv1.Config.Cmd 0}} {{.OCIv1.Config.User}}' "$image")
[ "$entry" = "/longpole --help 65532:65532" ] || bad "the image begins with $entry"
runs() { buildah run -v "$work/shop:/work:ro" --workingdir /work "$image" -- /longpole "$@" 2>"$work/err"; }
[[ $(runs version) == "longpole v1.2.3 "* ]] || bad "the image does not say its version: $(cat "$work/err")"
ok "it says its version"
code=0
runs check traces/ --budget longpole.yaml >"$work/out" || code=$?
[ "$code" = 1 ] && grep -q '^Budget blown: checkout' "$work/out" || bad "check ends with $code: $(cat "$work/err")"
ok "check blows its budget in the image, without a right to write: exit code 1"

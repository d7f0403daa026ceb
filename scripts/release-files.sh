#!/usr/bin/env bash
# Writes what a release holds beside the program: manual pages, completions and the licences of all modules
# that are linked into it.
#
#	scripts/release-files.sh FOLDER
set -euo pipefail
shopt -s nocaseglob nullglob
to=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/.."
unset GOOS GOARCH
mkdir -p "$to/man" "$to/completions"
go build -o "$to/longpole" ./cmd/longpole
"$to/longpole" man "$to/man"
"$to/longpole" completion bash >"$to/completions/longpole.bash"
"$to/longpole" completion zsh >"$to/completions/_longpole"
"$to/longpole" completion fish >"$to/completions/longpole.fish"

# linked lists the modules of which packages are linked on any of the systems, with their folders.
linked() {
	for os in linux darwin windows; do
		GOOS=$os go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/longpole
	done | sort -u
}

{
	echo "longpole is linked with these modules; their licences follow."
	linked | while read -r path version _; do echo "  $path $version"; done
	echo "  the Go standard library and runtime $(go env GOVERSION)"
	{ linked; echo "Go $(go env GOVERSION) $(go env GOROOT)"; } | while read -r path version folder; do
		found=0
		for licence in "$folder"/LICEN[CS]E* "$folder"/COPYING* "$folder"/NOTICE*; do
			[ -f "$licence" ] || continue
			found=1
			printf '\n%s\n%s %s: %s\n%s\n\n' "$(printf '=%.0s' {1..100})" "$path" "$version" "$(basename "$licence")" "$(printf '=%.0s' {1..100})"
			cat "$licence"
		done
		[ "$found" = 1 ] || { echo "$path has no licence file" >&2; exit 1; }
	done
} >"$to/THIRD_PARTY_NOTICES"
rm "$to/longpole"

#!/usr/bin/env bash
# Compares what two builds of longpole say about every recording, to the byte: stdout, stderr, exit
# code and files of each command.
#
#   scripts/same-output.sh OLD NEW
#   scripts/same-output.sh OLD NEW traces/ a.json            of these files only
#   scripts/same-output.sh OLD NEW --only report,check       of report, check, doctor, init, trace, explain, convert
#   scripts/same-output.sh OLD NEW --except 'report html$'   what matches FILE COMMAND OUTPUT may differ
#
# Prints DIFFERENT FILE COMMAND OUTPUT for each difference. Exit code 1 if there is any, 2 if a
# command was not compared at all.
set -euo pipefail

usage() {
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
}

# answer runs a command in a new folder, into which it also writes its files.
answer() { # folder program arguments...
	mkdir -p "$1"
	local code=0
	(cd "$1" && exec "${@:2}" >stdout 2>stderr </dev/null) || code=$?
	echo "$code" >"$1/code"
}

# both runs a command with both programs and writes down what differs.
both() { # command arguments...
	[[ ,$ONLY, = *,${1%% *},* ]] || return 0
	answer "$here/old" "$OLD" "${@:2}"
	answer "$here/new" "$NEW" "${@:2}"
	echo "${1%% *}" >>"$WORK/commands"
	different | while read -r output; do echo "$FILE $1 $output"; done >>"$WORK/different"
	rm -r "$here/old" "$here/new"
}

# different prints the outputs that are not the same, or that only one of the programs wrote.
different() {
	(cd "$here" && LC_ALL=C diff -rq old new) | sed -n 's|^Files old/\(.*\) and new/.* differ$|\1|p; s|^Only in .*: ||p'
}

# recording runs every command on a file. Which trace and span to ask for, and with which plan, is
# what the old program says.
recording() { # file
	FILE=$1
	local path here trace span
	path=$(realpath "$FILE")
	here=$(mktemp -d -p "$WORK")
	both report report "$path" -o text=text -o json=json -o markdown=markdown -o html=html -o csv=csv -o openmetrics=openmetrics
	both doctor doctor "$path" -o text=text -o json=json
	both convert convert "$path" -o otlp=otlp -o otlp-proto=otlp-proto -o jaeger=jaeger -o jaeger-proto=jaeger-proto -o zipkin=zipkin
	both init init "$path"
	if "$OLD" init "$path" >"$here/plan.yaml" 2>/dev/null; then
		both check check --budget "$here/plan.yaml" "$path" -o text=text -o json=json -o junit=junit -o sarif=sarif -o gitlab=gitlab -o github
	fi
	trace=$("$OLD" report "$path" -o json 2>/dev/null | first trace)
	if [ -n "$trace" ]; then
		span=$("$OLD" trace "$trace" "$path" --json | first span)
		both "trace text" trace "$trace" "$path"
		both "trace json" trace "$trace" "$path" --json
		both "explain text" explain "$trace/$span" "$path"
		both "explain json" explain "$trace/$span" "$path" --json
	fi
	rm -r "$here"
}

# first prints the first id that stands in a JSON text under a key.
first() { # key
	sed -n 's/.*"'"$1"'": "\([0-9a-f]*\)".*/\1/p' | sed -n 1p
}

# inputs prints the files to read: those given, or every recording, and two folders as a whole.
inputs() { # files and folders...
	local folder
	if [ $# = 0 ]; then
		echo testdata/recordings/hotrod
		echo testdata/scenarios
		set -- testdata/recordings/hotrod testdata/recordings/lab testdata/recordings/tracing testdata/recordings/consumers testdata/scenarios
		for folder in ../shared/traces ../shared/oracles/samples; do
			if [ -d "$folder" ]; then set -- "$@" "$folder"; else echo "skipped: $folder is not beside this checkout" >&2; fi
		done
	fi
	find -L "$@" -type f ! -name '*.md' ! -name '*.go' ! -name '*.sh' ! -name 'go.*' ! -name '.*'
}

export ONLY=report,check,doctor,init,trace,explain,convert
except='^$'
given=()
while [ $# -gt 0 ]; do
	case $1 in
	--only) ONLY=${2:?} && shift 2 ;;
	--except) except=${2:?} && shift 2 ;;
	-*) usage ;;
	*) given+=("$(realpath "$1")") && shift ;;
	esac
done
[ ${#given[@]} -ge 2 ] || usage
for program in "${given[@]:0:2}"; do
	[ -x "$program" ] || { echo "$program is no program" >&2; exit 2; }
done
export -f answer both different recording first
cd "$(dirname "$0")/.."

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM
# Of copies, so that a build in the meantime changes nothing.
export WORK OLD=$WORK/longpole.old NEW=$WORK/longpole.new
cp "${given[0]}" "$OLD"
cp "${given[1]}" "$NEW"
touch "$WORK/different" "$WORK/commands"
inputs "${given[@]:2}" | sort >"$WORK/files"
xargs -d '\n' -P "$(nproc)" -n 1 bash -euc 'recording "$1"' - <"$WORK/files"

{ grep -vE -- "$except" "$WORK/different" || true; } | sort | sed 's/^/DIFFERENT /' | tee "$WORK/told"
left=$(($(wc -l <"$WORK/different") - $(wc -l <"$WORK/told")))
echo "$(wc -l <"$WORK/commands") commands over $(wc -l <"$WORK/files") files: $(wc -l <"$WORK/told") outputs differ, and $left that may"
[ ! -s "$WORK/told" ] || exit 1
for kind in ${ONLY//,/ }; do
	grep -qx "$kind" "$WORK/commands" || { echo "nothing was compared: $kind" >&2; exit 2; }
done

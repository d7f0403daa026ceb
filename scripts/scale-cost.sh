#!/usr/bin/env bash
# Prints the CPU that report takes of a folder, and map, reduce and merge of the same one after the other.
set -euo pipefail
longpole=$(realpath "$1") input=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
spent() { # seconds of CPU of a command, and its peak of memory in MB
	/usr/bin/env python3 - "$@" <<'P'
import resource, subprocess, sys
code = subprocess.call(["sh", "-c", sys.argv[1]])
r = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{r.ru_utime + r.ru_stime:.2f} {r.ru_maxrss // 1024}")
sys.exit(0 if code in (0, 4) else code)
P
}
report=$(spent "$longpole report '$input' --budget none > report.txt")
map=$(spent "n=0; of=\$(ls '$input' | wc -l); for f in '$input'/*; do $longpole map \$f --budget none --seq \$n/\$of >> frames || exit 1; n=\$((n+1)); done")
reduce=$(spent "$longpole reduce --budget none < frames > all.partial")
merge=$(spent "$longpole merge all.partial --budget none --input '$input' > merge.txt")
if [ -e longpole-facts ]; then
	again=$(spent "$longpole reduce --facts longpole-facts --budget none < frames > all.partial")
	merge=$(spent "$longpole merge all.partial --budget none --input '$input' > merge.txt")
fi
cmp report.txt merge.txt
for step in report map reduce again merge; do
	[ -n "${!step:-}" ] && echo "$step: ${!step% *} s of CPU, ${!step#* } MB at most"
done
python3 -c "
import sys
report, *steps = [float(s.split()[0]) for s in sys.argv[1:] if s]
print(f'{sum(steps) / report:.2f} times the CPU of report')" "$report" "$map" "$reduce" "${again:-}" "$merge"

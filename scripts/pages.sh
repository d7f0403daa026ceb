#!/usr/bin/env bash
# Looks at the pages of -o html in a real browser: Debian's Chromium, headless, with axe-core and Lighthouse.
# Without a browser, or npm, it says what it skipped.
#
#	scripts/pages.sh [bin/longpole] [FOLDER]    screenshots go into FOLDER, if one is named
set -euo pipefail
cd "$(dirname "$0")/.."

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
	echo "skipped: the pages: no Chromium is installed (apt-get install chromium)"
	exit 0
fi
if ! command -v npm >/dev/null; then
	echo "skipped: the pages: no npm is installed"
	exit 0
fi
if [ ! -d scripts/pages/node_modules/lighthouse ]; then
	log=$(mktemp)
	if ! (cd scripts/pages && npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1); then
		# A lock file that does not fit is our fault, and no network another's.
		! grep -q EUSAGE "$log" || { cat "$log" >&2; exit 1; }
		echo "skipped: the pages: npm could not install what scripts/pages/package-lock.json names"
		exit 0
	fi
	rm -f "$log"
fi
BROWSER=$browser exec node scripts/pages/pages.mjs "${1:-bin/longpole}" "${2:-}"

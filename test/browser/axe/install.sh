#!/bin/sh
# Puts the pinned axe-core into node_modules: from npm's cache when it is there,
# else from the registry npm is configured for. No install script runs. Does
# nothing when what is there already matches package-lock.json.
set -u
cd "$(dirname "$0")" || exit 1

say() { echo "test/browser/axe: $*" >&2; exit 1; }

command -v npm >/dev/null 2>&1 || say "npm is not installed; install Node.js with npm 7 or newer and try again."

# Two test runs may come at once; npm ci empties the folder it fills.
if command -v flock >/dev/null 2>&1; then
	exec 9>.install.lock
	flock 9
fi

stamp=node_modules/.installed-from
if [ -s node_modules/axe-core/axe.min.js ] && cmp -s package-lock.json "$stamp"; then
	exit 0
fi
out=$(npm ci --ignore-scripts --offline --no-audit --no-fund --loglevel=error 2>&1) ||
	out=$(npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --loglevel=error 2>&1) || {
	echo "$out" >&2
	say "npm could not install axe-core: it is not in npm's cache and the registry could not be reached. Run this once with a network, then again without."
}
[ -s node_modules/axe-core/axe.min.js ] || say "axe-core came without axe.min.js."
cp package-lock.json "$stamp"

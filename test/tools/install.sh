#!/usr/bin/env bash
# Installs what `make test` needs beside Go: PostgreSQL, Chromium, a C compiler for -race, strace, git, the Fedify peer and axe-core. With apt
# and as root it does so by itself; otherwise it says in a sentence what to install.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
command -v gcc >/dev/null || command -v clang >/dev/null || missing+=(gcc libc6-dev)
command -v npm >/dev/null || missing+=(npm)
command -v strace >/dev/null || missing+=(strace)
command -v git >/dev/null || missing+=(git)

if ((${#missing[@]})); then
	if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
		echo "installing: ${missing[*]}"
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq
		apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	else
		echo "make test needs these packages (Debian's names): ${missing[*]}. Install them and run it again." >&2
		exit 1
	fi
fi
test/interop/fedify/install.sh
test/browser/axe/install.sh

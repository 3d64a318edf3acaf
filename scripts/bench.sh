#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The benchmarks: each a ratio against a named thing in the same run. ROW=name runs one, COUNT=n sets the size of the large
# vault (1,000,000), which needs about 4 KB of temporary disk an entry and some minutes to be filled; VAULTS=folder keeps
# it there for the next run.
. "$(dirname "$0")/common.sh"
packages build
[ -z "${VAULTS:-}" ] || { mkdir -p "$VAULTS" && VAULTS=$(cd "$VAULTS" && pwd) && export VAULTS; }
# The rows that run the program as it is installed.
if [ -z "${ROW:-}" ] || [[ " $ROW " == *" masking "* ]]; then
    installed=$(mktemp -d)
    trap 'rm -rf "$installed"' EXIT
    PREFIX=$installed scripts/install.sh
    export COFFER=$installed/bin/coffer
fi
cd Benchmarks
swift build -c release --product Bench
# shellcheck disable=SC2086 # several rows may be named
"$(swift build -c release --show-bin-path)/Bench" ${ROW:-}

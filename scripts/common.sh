# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the other scripts: the repository's folder, and the one debug build that demo and test share.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Python writes no caches beside its sources.
export PYTHONDONTWRITEBYTECODE=1

# One sentence to the person at the terminal.
say() { printf '%s\n' "$*" >&2; }

# Installs the system packages of these groups that are missing.
packages() { scripts/install-packages.sh "$@"; }

# What every build of the program and its tests is told: vaults in databases are compiled in.
options=(--traits PostgreSQL)

# A debug build with the flags everybody uses: another flag anywhere would build everything a second time.
debug_build() { swift build "${options[@]}" "$@"; }

# Where the debug build puts its products.
debug_folder() { swift build "${options[@]}" --show-bin-path; }

# suite_alone NAME PROGRAM: one suite of facts by itself, with the debug build, summed up.
suite_alone() {
    local status=0
    packages build test
    debug_build --product coffer
    results=$(mktemp)
    trap 'rm -f "$results"' EXIT
    "$2" "$(debug_folder)/coffer" | tee "$results" || status=$?
    scripts/tally --lines "$1" "$status" "$results"
}

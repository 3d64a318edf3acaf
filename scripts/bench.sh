#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The benchmarks: each a ratio against a named thing in the same run. ROW=name runs one, COUNT=n sets the size of the large
# vault (1,000,000), which needs about 4 KB of temporary disk an entry and some minutes to be filled; VAULTS=folder keeps
# it there for the next run. The rows of vaults in databases start a PostgreSQL server of their own under TMPDIR, where a
# million entries take about 12 GB with the write-ahead log.
. "$(dirname "$0")/common.sh"
packages build
[ -z "${VAULTS:-}" ] || { mkdir -p "$VAULTS" && VAULTS=$(cd "$VAULTS" && pwd) && export VAULTS; }

# wants ROW...: whether one of these rows is measured.
wants() {
    local row
    [ -n "${ROW:-}" ] || return 0
    for row in "$@"; do
        if [[ " $ROW " == *" $row "* ]]; then return 0; fi
    done
    return 1
}

# What is measured against.
if wants token; then packages age oidc; fi
if wants socket; then packages load; fi
if wants fleet database-get database-rows; then packages database; fi
if wants hot; then
    packages go
    # The module is the system's package, so that nothing is fetched.
    REUSE=$root/Benchmarks/.build/reuse
    mkdir -p Benchmarks/.build
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$root/Benchmarks/.build/go CGO_ENABLED=0 \
        go build -o "$REUSE" Benchmarks/Go/reuse.go
    export REUSE
fi
# The rows that run the program as it is installed.
if wants masking token memory socket begin; then
    installed=$(mktemp -d)
    trap 'rm -rf "$installed"' EXIT
    PREFIX=$installed scripts/install.sh
    export COFFER=$installed/bin/coffer
fi
cd Benchmarks
swift build -c release --product Bench
# shellcheck disable=SC2086 # several rows may be named
"$(swift build -c release --show-bin-path)/Bench" ${ROW:-}

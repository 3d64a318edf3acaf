#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The checks that need no build. Each is one line of a result in the form that scripts/tally reads.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null 2>&1 || packages build test

failed=0
check() {
    local name=$1
    shift
    if "$@"; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        failed=1
    fi
}

check "format" swift format lint --strict --parallel --recursive Package.swift Sources Tests \
    Benchmarks/Package.swift Benchmarks/Sources/Bench \
    Fuzz/Package.swift Fuzz/Sources/ArgumentParser Fuzz/Sources/Crypto Fuzz/Sources/FuzzedParsers \
    Hostile/HostileBytes
check "layering" scripts/check-layering
check "habits" scripts/check-habits
# Lines of its own, one for each figure that the model is held against.
Scale/simulate --check || failed=1
exit $failed

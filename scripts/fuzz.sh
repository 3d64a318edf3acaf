#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Random bytes through every parser, guided by coverage (libFuzzer, which comes with the toolchain). One line of a result
# for each parser, in the form that scripts/tally reads.
#
# RUNS=N executions for each parser (default 10000000), or SECONDS_EACH=N; PARSER=name for one of them; JOBS=N at a time
# (default: one for each core). What breaks a parser is written to Fuzz/.build/found/NAME. MERGE=1 then keeps in
# Fuzz/Corpus/NAME what reaches something new. BUILD_ONLY=1 builds and stops.
. "$(dirname "$0")/common.sh"
packages build

runs=${RUNS:-10000000}
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
work=$root/Fuzz/.build/found
# The fuzzer writes its own reports; Swift's would cost seconds for each.
export SWIFT_BACKTRACE=enable=no

build() { swift build --package-path Fuzz -c release --sanitize fuzzer --product FuzzedParsers; }
if ! log=$(build 2>&1); then
    # Without the names of all the files that are not built here.
    grep -v '^    /' <<<"$log" >&2
    echo "not ok - fuzz: the package builds"
    exit 1
fi
[ -z "${BUILD_ONLY:-}" ] || exit 0
fuzzer=$(swift build --package-path Fuzz -c release --sanitize fuzzer --show-bin-path)/FuzzedParsers
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
COFFER_FUZZ_PARSER=seeds:$seeds "$fuzzer"

# one NAME LONGEST: one parser; the fuzzer's figures as one line.
one() {
    local name=$1 longest=$2 status=0 bound out
    local found=$work/$name corpus=$seeds/$name-corpus
    mkdir -p "$found" "$corpus" "$root/Fuzz/Corpus/$name"
    bound="-runs=$runs"
    [ -z "${SECONDS_EACH:-}" ] || bound="-max_total_time=$SECONDS_EACH"
    # Nobody else writes the corpus: reading its folder anew each second takes half of a busy machine's time.
    # One input may take 60 s, of which a busy machine may take most, and the process 1 GiB: a hang and an allocation without bound are failures.
    out=$(COFFER_FUZZ_PARSER=$name "$fuzzer" "$bound" -max_len="$longest" -timeout=60 -rss_limit_mb=1024 \
        -artifact_prefix="$found/" -reload=0 -print_final_stats=1 "$corpus" "$root/Fuzz/Corpus/$name" "$seeds/$name" 2>&1) ||
        status=$?
    local done edges features executions seconds
    done=$(grep -a 'DONE' <<<"$out" | tail -1)
    edges=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' <<<"$done")
    features=$(sed -n 's/.*ft: \([0-9]*\).*/\1/p' <<<"$done")
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' <<<"$out")
    seconds=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' <<<"$out")
    if [ $status -eq 0 ]; then
        echo "ok - fuzz $name: $executions executions in $seconds s, $edges edges, $features features, nothing found"
    else
        grep -aE 'property broken|Fatal error|ERROR: libFuzzer|Test unit written' <<<"$out" | sed 's/^/# /'
        echo "not ok - fuzz $name"
    fi
    if [ -n "${MERGE:-}" ]; then
        local kept=$seeds/$name-kept
        mkdir -p "$kept"
        COFFER_FUZZ_PARSER=$name "$fuzzer" -merge=1 -use_counters=0 -max_len="$longest" "$kept" \
            "$root/Fuzz/Corpus/$name" "$corpus" >/dev/null 2>&1
        rm -rf "$root/Fuzz/Corpus/$name"
        mv "$kept" "$root/Fuzz/Corpus/$name"
    fi
    return $status
}
export -f one
export runs work seeds fuzzer root

COFFER_FUZZ_PARSER=list "$fuzzer" |
    awk -v only="${PARSER:-}" 'only == "" || $1 == only' |
    xargs -P "$jobs" -L 1 bash -c 'one "$@"' one

#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Hostile bytes in a vault of some 100 KB: every byte of the file, of its log and of every column, cut at every length, rows
# swapped, doubled, removed and put back, older journals and logs beside it. SHARE=N tries a random share (SEED= repeats one),
# KIND=pattern some kinds; PART=K/N the K-th of N parts, with VAULT=FOLDER for all of them and TALLY=FILE for each, which
# `Hostile/run --sum FILE...` adds up. STORE=postgres changes the rows of the same vault in a PostgreSQL database.
. "$(dirname "$0")/common.sh"
packages build test

# A share is tried with the debug build, which the other tests have made already; all of it with a release build.
configuration=release
[ -z "${SHARE:-}" ] || configuration=debug
if ! log=$(swift build "${options[@]}" -c $configuration --product HostileBytes 2>&1); then
    printf '%s\n' "$log" >&2
    echo "not ok - hostile: the tool builds"
    exit 1
fi
program=$(swift build "${options[@]}" -c $configuration --show-bin-path)/HostileBytes
[ "${STORE:-file}" = file ] || [ "$STORE" = postgres ] || { say "STORE is file or postgres"; exit 64; }
if [ "${STORE:-file}" = postgres ]; then
    database=1
    if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
        echo "ok - hostile rows in a database # SKIP PostgreSQL is not installed"
        exit 0
    fi
fi
exec Hostile/run "$program" ${database:+--postgres} ${SHARE:+--share "$SHARE"} ${SEED:+--seed "$SEED"} ${KIND:+--kind "$KIND"} \
    ${PART:+--part "$PART"} ${VAULT:+--keep "$VAULT"} ${TALLY:+--tally "$TALLY"}

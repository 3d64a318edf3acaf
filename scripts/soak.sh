#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# An agent under mixed load with faults for SOAK_SECONDS=N (3600): SEED=N for the same clients and faults again, CONNECTIONS=N
# (300) in the vault. PROGRAM=path spares the build. To `make soak` the first is SECONDS=N; bash counts in its own SECONDS.
. "$(dirname "$0")/common.sh"
packages build test

program=${PROGRAM:-}
if [ -z "$program" ]; then
    if ! log=$(debug_build --product coffer 2>&1); then
        printf '%s\n' "$log" >&2
        echo "not ok - soak: the program builds"
        exit 1
    fi
    program=$(debug_folder)/coffer
fi

Soak/check
exec Soak/run "$program" ${SOAK_SECONDS:+--seconds "$SOAK_SECONDS"} ${CONNECTIONS:+--connections "$CONNECTIONS"} \
    ${SEED:+--seed "$SEED"}

#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Refreshes of real accounts' worth of faults, by real processes of the program that are killed at random instants: REFRESHES=N
# (10,000) over CONNECTIONS=N (200), SEED=N for the same plan again. SHARE=1 is the tenth of it that `make test` runs: two runs
# beside each other, one with the same seed each time and one with another. PROGRAM=path spares the build.
#
# Before that KILLS=N (500) random instants at which a rotation of a real process is killed, in both modes; `make test` has a tenth of it.
#
# Then FAILOVERS=N (20) of a PostgreSQL primary under MACHINES=N (3) agents, with 2,000 refreshes at least; `make test` has two.
#
# And HISTORIES=N (100000) random lives of rotations, half of them from a seed that stays and half from one that is drawn, or
# all from SEED: steps, faults, kills, absent people and second thoughts over the state machine. `make test` has a tenth of it.
. "$(dirname "$0")/common.sh"
packages build test

program=${PROGRAM:-}
if [ -z "$program" ]; then
    if ! log=$(debug_build --product coffer 2>&1); then
        printf '%s\n' "$log" >&2
        echo "not ok - chaos: the program builds"
        exit 1
    fi
    program=$(debug_folder)/coffer
fi

# Rotations: the test of the state machine, with more lives.
histories() {
    local count=${HISTORIES:-100000} log seeds status=0
    log=$(COFFER_HISTORIES=$count COFFER_SEED=${SEED:-} swift test "${options[@]}" --disable-xctest \
        --filter 'Random histories of a rotation' 2>&1) || status=$?
    seeds=$(sed -n 's/^rotation histories: .* of seed \([0-9]*\)$/\1/p' <<<"$log" | paste -sd ' ')
    if [ $status -eq 0 ] && [ -n "$seeds" ]; then
        echo "ok - rotations: $count histories, seeds $seeds"
    else
        printf '%s\n' "$log" >&2
        echo "not ok - rotations: $count histories, seeds $seeds"
        return 1
    fi
}

Chaos/check
if [ -z "${SHARE:-}" ]; then
    histories
    Chaos/rotations "$program" ${KILLS:+--kills "$KILLS"} ${SEED:+--seed "$SEED"}
    Chaos/failovers "$program" ${FAILOVERS:+--failovers "$FAILOVERS"} ${MACHINES:+--machines "$MACHINES"} ${SEED:+--seed "$SEED"}
    exec Chaos/run "$program" ${REFRESHES:+--refreshes "$REFRESHES"} ${CONNECTIONS:+--connections "$CONNECTIONS"} \
        ${SEED:+--seed "$SEED"}
fi

results=$(mktemp -d)
runs=()
trap 'kill "${runs[@]}" 2>/dev/null || true; wait; rm -rf "$results"' EXIT
Chaos/rotations "$program" --kills 50 --seconds 900 >"$results/rotations" 2>/dev/null &
runs+=($!)
Chaos/failovers "$program" --share 1 --failovers 2 --refreshes 30 --connections 24 --machines 2 --seconds 300 >"$results/failovers" \
    2>/dev/null &
runs+=($!)
for name in fixed fresh; do
    seed=()
    [ $name = fresh ] || seed=(--seed 20261121)
    Chaos/run "$program" --refreshes 500 --connections 20 --seconds 600 --label "$name seed" "${seed[@]}" \
        >"$results/$name" 2>/dev/null &
    runs+=($!)
done
status=0
for run in "${runs[@]}"; do wait "$run" || status=$?; done
cat "$results/rotations" "$results/failovers" "$results/fixed" "$results/fresh"
exit $status

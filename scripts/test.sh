#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Everything that must hold: the checks, the tests, the scenarios against real servers. The last line sums up all of
# them: `N passed, N failed`, and `, N skipped` where some were. With CI set, a skipped one has failed.
#
# FILTER=text runs only the matching Swift tests and nothing else. TEST_SECONDS bounds a suite (default 1200). SMOKE=1,
# or CI, adds the installed program: the release build and the main job with it.
. "$(dirname "$0")/common.sh"
packages build test

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
suites=()

# bounded COMMAND...: no suite may hang a machine for ever.
bounded() {
    if command -v timeout >/dev/null 2>&1; then
        timeout --kill-after=20 "${TEST_SECONDS:-1200}" "$@"
    else
        "$@"
    fi
}

# lines_suite NAME COMMAND...: a suite that prints `ok - …`, `not ok - …` or `ok - … # SKIP why` for each fact.
lines_suite() {
    local name=$1 status=0
    shift
    printf '\n== %s\n' "$name"
    bounded "$@" 2>&1 | tee "$results/$name" || status=$?
    suites+=(--lines "$name" "$status" "$results/$name")
}

swift_suite() {
    local status=0
    printf '\n== swift build --build-tests\n'
    if ! debug_build --build-tests; then
        echo "not ok - build" | tee "$results/build"
        suites+=(--lines build 1 "$results/build")
        return 1
    fi
    printf '\n== swift test\n'
    : >"$results/events"
    # The tests start servers and programs of their own; all of them at once on two cores would only wait for each other,
    # and then for deadlines that are meant for networks.
    export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${TEST_WIDTH:-4}
    bounded swift test --skip-build --disable-xctest ${FILTER:+--filter "$FILTER"} \
        --event-stream-output-path "$results/events" --event-stream-version 0 2>&1 || status=$?
    suites+=(--events "swift test" "$status" "$results/events")
}

[ -n "${FILTER:-}" ] || lines_suite checks scripts/lint.sh
if swift_suite && [ -z "${FILTER:-}" ] && [ -x Tests/Interop/run ]; then
    lines_suite interop Tests/Interop/run "$(debug_folder)/coffer"
    # A second build of everything, with optimisation: in CI, or when asked for.
    [ -z "${CI:-}${SMOKE:-}" ] || lines_suite smoke scripts/smoke.sh
fi
printf '\n'
scripts/tally "${suites[@]}"

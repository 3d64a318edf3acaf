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
beside=
trap 'kill $beside $(cat "$results"/*.pid 2>/dev/null) 2>/dev/null || true; rm -rf "$results"' EXIT
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

# beginning NAME COMMAND...: such a suite beside those that follow, until `ending NAME`.
beginning() {
    local name=$1
    shift
    : >"$results/$name"
    bounded "$@" >"$results/$name" 2>&1 &
    echo $! >"$results/$name.pid"
}

ending() {
    local name=$1 status=0
    wait "$(cat "$results/$name.pid")" || status=$?
    rm "$results/$name.pid"
    printf '\n== %s\n' "$name"
    cat "$results/$name"
    suites+=(--lines "$name" "$status" "$results/$name")
}

# The builds that some suites have for themselves, while the tests run, which mostly wait for each other: at the lowest
# priority, and in folders of their own. What fails here fails again, and is told, where it is needed.
build_beside() {
    bounded nice -n 19 bash -c '
        BUILD_ONLY=1 scripts/fuzz.sh
        [ -z "${CI:-}${SMOKE:-}" ] || BUILD_ONLY=1 scripts/install.sh
    ' >/dev/null 2>&1 &
    beside=$!
}

# swift_suite NAME WIDTH OPTION...: some of the Swift tests, in a process of their own.
#
# The tests start servers and programs of their own; all of them at once on two cores would only wait for each other, and
# then for deadlines that are meant for networks. Those that compute share no process with those that serve.
swift_suite() {
    local name=$1 width=$2 status=0
    shift 2
    printf '\n== %s\n' "$name"
    : >"$results/$name"
    SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$width bounded \
        swift test "${options[@]}" --skip-build --disable-xctest "$@" \
        --event-stream-output-path "$results/$name" --event-stream-version 0 2>&1 || status=$?
    suites+=(--events "$name" "$status" "$results/$name")
}

swift_suites() {
    printf '\n== swift build --build-tests\n'
    if ! debug_build --build-tests; then
        echo "not ok - build" | tee "$results/build"
        suites+=(--lines build 1 "$results/build")
        return 1
    fi
    if [ -n "${FILTER:-}" ]; then
        swift_suite tests 2 --filter "$FILTER"
        return
    fi
    build_beside
    local serving='CofferSandboxTests|CofferSandboxConsumerTests|CofferKeeperTests|CofferDrillTests|CofferEndToEndTests'
    local killing='A rotation that is killed|A refresh that is killed'
    # A test that needs a browser is run by `make look`.
    swift_suite units 4 --skip "$serving|A page before a proxy"
    swift_suite keeper 2 --filter 'CofferSandboxTests|CofferSandboxConsumerTests|CofferKeeperTests|CofferDrillTests'
    local sending='A server that plays tricks|Answers of a token endpoint that are no good'
    swift_suite program 2 --filter CofferEndToEndTests --skip "$killing|$sending"
    # One at a time: a sandbox that sends without end starves another one beside it past the 5 s of a connection.
    swift_suite tricks 1 --filter "$sending"
    # These mostly wait for a program to be started again, and send little: two at a time take two thirds of the time.
    swift_suite kills 2 --filter "$killing"
}

[ -n "${FILTER:-}" ] || lines_suite checks scripts/lint.sh
if swift_suites && [ -z "${FILTER:-}" ] && [ -x Tests/Interop/run ]; then
    # It mostly waits, for its servers and for programs that it will kill, and no figure of it is a time.
    beginning chaos env SHARE=1 PROGRAM="$(debug_folder)/coffer" scripts/chaos.sh
    lines_suite interop Tests/Interop/run "$(debug_folder)/coffer"
    lines_suite reader Tests/Reader/run "$(debug_folder)/coffer"
    lines_suite consumers Tests/Consumers/run "$(debug_folder)/coffer"
    lines_suite clients Tests/Clients/run "$(debug_folder)/coffer"
    lines_suite ci-examples Tests/CI/run "$(debug_folder)/coffer"
    lines_suite shells Tests/Shells/run "$(debug_folder)/coffer"
    lines_suite memory scripts/memcheck.sh --share
    lines_suite full-disk Tests/FullDisk/run "$(debug_folder)/coffer"
    ending chaos
    # Beside what computes and has no deadlines: its clients rest most of the time.
    beginning soak env SOAK_SECONDS=60 CONNECTIONS=100 PROGRAM="$(debug_folder)/coffer" scripts/soak.sh
    lines_suite hostile env SHARE=3000 scripts/hostile.sh
    lines_suite hostile-rows env STORE=postgres SHARE=400 scripts/hostile.sh
    ending soak
    wait "$beside" || true
    # Two for each core at a time, so that all of them have their 20 seconds within five minutes.
    lines_suite fuzz env SECONDS_EACH=20 JOBS="$(($(getconf _NPROCESSORS_ONLN) * 2))" scripts/fuzz.sh
    # A second build of everything, with optimisation: in CI, or when asked for.
    [ -z "${CI:-}${SMOKE:-}" ] || lines_suite smoke scripts/smoke.sh
fi
printf '\n'
scripts/tally "${suites[@]}"

#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the independent reader of the format, against the debug build.
. "$(dirname "$0")/common.sh"
packages build test
debug_build --product coffer
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
Tests/Reader/run "$(debug_folder)/coffer" | tee "$results" || status=$?
scripts/tally --lines reader "$status" "$results"

#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the scenarios against real authorization servers, with the debug build.
. "$(dirname "$0")/common.sh"
suite_alone interop Tests/Interop/run

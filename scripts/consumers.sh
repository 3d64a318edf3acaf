#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the programs that read what `coffer inject` writes, with the debug build.
. "$(dirname "$0")/common.sh"
suite_alone consumers Tests/Consumers/run

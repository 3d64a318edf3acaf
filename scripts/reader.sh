#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the independent reader of the format, against the debug build.
. "$(dirname "$0")/common.sh"
suite_alone reader Tests/Reader/run

#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the tools that `coffer helper` is for, with the debug build.
. "$(dirname "$0")/common.sh"
suite_alone clients Tests/Clients/run

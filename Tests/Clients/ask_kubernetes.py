# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Asks a cluster for its version, twice: `ask_kubernetes.py CONFIGURATION`."""
import sys

from kubernetes import client, config

api = config.new_client_from_config(sys.argv[1])
for _ in range(2):
    print(client.VersionApi(api).get_code().git_version)

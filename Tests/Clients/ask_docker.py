# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""`ask_docker.py REGISTRY` goes through the helper's operations; `ask_docker.py ENGINE IMAGE` pulls."""
import json
import sys

import docker
import docker.credentials


def show(value):
    print(json.dumps(value), flush=True)


def get(store, registry):
    try:
        return store.get(registry)
    except docker.credentials.CredentialsNotFound:
        return "none"


if len(sys.argv) > 2:
    docker.APIClient(base_url=sys.argv[1].replace("http:", "tcp:"), version="1.41").pull(sys.argv[2], tag="latest")
else:
    store, registry = docker.credentials.Store("coffer"), sys.argv[1]
    show(get(store, registry))
    store.store(registry, "ada", 'made-up "secret"')
    show(get(store, registry))
    show(store.list())
    store.erase(registry)
    show(get(store, registry))
    try:
        store.store(registry, "ada", "made-up\nsecret")
    except docker.credentials.StoreError as error:
        assert "line break" in str(error) and "made-up" not in str(error), "it says something else"
        show("refused")

# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A connection, for what of a token tools are given."""
import contextlib
import json

import servers

CONNECTION = "main/app/me"


@contextlib.contextmanager
def connected(world):
    """A connection of an app itself, with a server of ours; yields the tokens that it has issued."""
    authority = servers.Authority(world.home)
    issued = []

    def reply(request):
        if ".well-known" in request.path:
            return servers.Reply(json.dumps({
                "issuer": address, "token_endpoint": f"{address}/token", "grant_types_supported": ["client_credentials"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"]}).encode())
        issued.append(f"made-up-token-{len(issued) + 1}")
        return servers.Reply(json.dumps({"access_token": issued[-1], "token_type": "Bearer", "expires_in": 3600}).encode())

    with servers.serving(reply, authority.context()) as (address, _):
        world.run("app", "add", "main/app", "--issuer", address, "--client-id", "made-up-client", "--private-network",
                  "--ca-file", authority.folder / "ca.pem", given=b"made-up-secret\n")
        world.run("connect", CONNECTION, "--client-credentials", "--yes")
        yield issued

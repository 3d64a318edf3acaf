# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""curl, Python's reader of netrc, and what `coffer token` prints for them and for a shell."""
import netrc

import servers
from connections import CONNECTION, connected
from servers import basic
from world import installed

AWKWARD = 'made-up "pass\\word" #1 \\n ü'


def reply(request):
    return servers.Reply(b"made up", kind="text/plain")


def curl(world, *arguments, **more):
    # Without a file of one's own settings.
    return world.start(installed("curl"), "--disable", "--silent", "--show-error", "--fail", "--noproxy", "*", *arguments, **more)


def reads_settings(world):
    world.put("main/files", AWKWARD + "\n")
    world.put("main/token", "made-up-token\n")
    with servers.serving(reply) as (address, requests):
        world.run("bind", "curl", f"{address}/files", "main/files", "--username", "ada")
        world.run("bind", "curl", address, "main/token", "--bearer")
        for path in ("/files/report?page=1", "/v1/me?limit=5"):
            lines = world.run("helper", "curl", address + path)
            assert curl(world, "--config", "-", given=lines).stdout == b"made up"
        seen = [(one.path, one.headers.get("authorization")) for one in requests]
        assert seen == [("/files/report?page=1", basic("ada", AWKWARD)), ("/v1/me?limit=5", "Bearer made-up-token")], f"{seen}"


def stays(world):
    """A server that leads elsewhere does not lead what is presented there along."""
    world.put("main/token", "made-up-token\n")
    with servers.serving(reply) as (elsewhere, others):
        def redirect(request):
            return servers.Reply(b"", 302, headers={"Location": elsewhere.replace("127.0.0.1", "localhost") + "/other"})
        with servers.serving(redirect) as (address, requests):
            world.run("bind", "curl", address, "main/token", "--bearer")
            lines = world.run("helper", "curl", address + "/one")
            curl(world, "--location", "--config", "-", given=lines)
            assert requests[0].headers["authorization"] == "Bearer made-up-token"
            assert others and "authorization" not in others[0].headers, "it was presented elsewhere"


def reads_netrc(world):
    world.put("main/files", AWKWARD + "\n")
    world.put("main/plain", "made-up-plain\n")
    world.run("bind", "netrc", "127.0.0.1", "main/files", "--username", "ada")
    world.run("bind", "netrc", "plain.example", "main/plain", "--username", "bob")
    file = world.file("netrc", world.run("helper", "netrc", "127.0.0.1", "plain.example").decode())
    found = netrc.netrc(str(file))
    assert found.authenticators("127.0.0.1")[::2] == ("ada", AWKWARD), "Python reads another password"
    assert found.authenticators("plain.example")[::2] == ("bob", "made-up-plain")
    with servers.serving(reply) as (address, requests):
        curl(world, "--netrc-file", file, f"{address}/report")
        assert requests[0].headers["authorization"] == basic("ada", AWKWARD), "curl reads another password"


def reads_token(world):
    """In three forms of `coffer token`; a fourth has no host to name here."""
    with connected(world) as issued, servers.serving(reply) as (address, requests):
        curl(world, "--config", "-", f"{address}/v1/me", given=world.run("token", CONNECTION, "--format", "curl"))
        curl(world, "--header", "@-", f"{address}/v1/me", given=world.run("token", CONNECTION, "--format", "header"))
        seen = [one.headers.get("authorization") for one in requests]
        assert seen == [f"Bearer {issued[0]}"] * 2, f"{seen}"
        file = world.file("token.env", world.run("token", CONNECTION, "--format", "env").decode())
        found = world.start("sh", "-c", 'set -a; . "$1"; exec printenv ACCESS_TOKEN', "sh", file).stdout.decode()
        assert found == f"{issued[0]}\n", "a shell reads another token"
        said = world.start(world.program, "token", CONNECTION, "--format", "netrc", statuses=(78,)).stderr.decode()
        assert "no host of its own" in said and issued[0] not in said, said


FACTS = {
    "curl: it reads a URL with what is presented there": reads_settings,
    "curl: it presents nothing elsewhere": stays,
    "curl: it and a shell read a token in their own form": reads_token,
    "curl: it and Python read the same netrc": reads_netrc,
}

# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""skopeo, which has its credentials read as podman and buildah do, against as much of a registry as it asks for."""
import contextlib
import json
import urllib.parse

import servers
from servers import basic
from world import installed

IMAGE = "made-up/image"
# What the registry's service gives for a name and a password, and takes in place of both.
BEARER = "Bearer made-up-bearer"


class Skopeo:
    def __init__(self, world, host, requests):
        self.world, self.host, self.requests = world, host, requests
        self.file = world.file("auth.json", json.dumps({"credHelpers": {host: "coffer"}}))

    def __call__(self, operation, *arguments, **more):
        return self.world.start(installed("skopeo"), operation, "--authfile", self.file, *arguments, **more)

    def log_in(self, name, host=None, **more):
        return self("login", "--tls-verify=false", "--username", name, "--password-stdin", host or self.host,
                    given=b"made-up-password", **more)

    def presents(self):
        """What it presents where, to read which tags an image has."""
        self.requests.clear()
        self("list-tags", "--tls-verify=false", f"docker://{self.host}/{IMAGE}")
        return {urllib.parse.urlsplit(one.path).path: one.headers.get("authorization") for one in self.requests}


@contextlib.contextmanager
def registry(world, asks_service=False):
    """One that wants name and password itself, or a token of its service for them; to read needs neither."""
    def reply(request):
        if request.path.startswith("/service"):
            return servers.Reply(json.dumps({name: BEARER.split()[1] for name in ("token", "access_token")}).encode())
        presented = request.headers.get("authorization")
        if not presented or asks_service and presented != BEARER:
            way = f'Bearer realm="{address}/service",service="made-up"' if asks_service else 'Basic realm="made up"'
            return servers.Reply(b"{}", 401, headers={"WWW-Authenticate": way})
        return servers.Reply(json.dumps({"name": IMAGE, "tags": ["1"]}).encode())

    with servers.serving(reply) as (address, requests):
        yield Skopeo(world, address.removeprefix("http://"), requests)


def logs_in(world):
    with registry(world) as skopeo:
        world.run("bind", "docker", skopeo.host, "main/registry")
        skopeo.log_in("ada")
        assert world.run("get", "main/registry") == b"username=ada\npassword=made-up-password\n"
        assert skopeo.presents()[f"/v2/{IMAGE}/tags/list"] == basic("ada", "made-up-password")
        skopeo("logout", skopeo.host)
        world.start(world.program, "get", "main/registry", statuses=(66,))
        assert skopeo.presents()[f"/v2/{IMAGE}/tags/list"] == basic("", ""), "it presents something after skopeo logout"
        assert "made-up" not in skopeo.file.read_text().replace(IMAGE, "")


def presents(world):
    """A password that was put there, with the name it was bound with, to the registry's service."""
    world.put("main/team", "made-up-team-token\n")
    with registry(world, asks_service=True) as skopeo:
        world.run("bind", "docker", skopeo.host, "main/team", "--username", "ci")
        seen = skopeo.presents()
        assert seen["/service"] == basic("ci", "made-up-team-token") and seen[f"/v2/{IMAGE}/tags/list"] == BEARER, f"{seen}"


def presents_identity(world):
    """An identity token, as `docker login` may have stored it, is exchanged and is nobody's password."""
    with registry(world, asks_service=True) as skopeo:
        world.run("bind", "docker", skopeo.host, "main/registry")
        kept = {"ServerURL": skopeo.host, "Username": "<token>", "Secret": "made-up-identity"}
        world.start("docker-credential-coffer", "store", given=json.dumps(kept).encode())
        seen = skopeo.presents()
        assert seen["/service"] is None and seen[f"/v2/{IMAGE}/tags/list"] == BEARER, f"{seen}"
        asked = next(one for one in skopeo.requests if one.path.startswith("/service"))
        form = urllib.parse.parse_qs(asked.body.decode())
        assert form["refresh_token"] == ["made-up-identity"] and form["grant_type"] == ["refresh_token"], f"it asks with {sorted(form)}"


def is_refused(world):
    world.put("main/team", "made-up-team-token")
    with registry(world) as skopeo:
        for sentence in (f"nothing is bound to {skopeo.host}", "no tool stored what is there"):
            done = skopeo.log_in("ci", statuses=(1,))
            said = (done.stdout + done.stderr).decode()
            assert sentence in said and "made-up" not in said, said
            world.run("bind", "docker", skopeo.host, "main/team", "--username", "ci")
        assert world.run("get", "main/team") == b"made-up-team-token"
        assert "made-up" not in skopeo.file.read_text()


FACTS = {
    "skopeo: skopeo login stores where it was bound, list-tags presents it, logout removes it": logs_in,
    "skopeo: it presents the name and the password that were bound": presents,
    "skopeo: it gets an identity token back as one": presents_identity,
    "skopeo: it is refused in words what was not bound": is_refused,
}

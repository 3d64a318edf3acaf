# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Docker's client for Python, and docker's own, against as much of an engine as they ask for."""
import base64
import json

import servers
from environments import HERE, python
from world import installed

REGISTRY = "registry.example:5000"
HUB = "https://index.docker.io/v1/"


def reply(request):
    if request.path.endswith("/auth"):
        asked = json.loads(request.body)
        token = "made-up-identity" if asked["username"] == "token-user" else ""
        return servers.Reply(json.dumps({"Status": "Login Succeeded", "IdentityToken": token}).encode())
    if "/images/create" in request.path:
        return servers.Reply(b'{"status": "made up"}\n')
    engine = {"ApiVersion": "1.41", "MinAPIVersion": "1.24", "Version": "20.10.0", "Os": "linux", "Arch": "amd64", "OSType": "linux"}
    return servers.Reply(json.dumps(engine).encode(), headers={"Api-Version": "1.41", "Ostype": "linux"})


def presented(requests):
    """What the last pull sent to the engine for the registry."""
    header = [one.headers["x-registry-auth"] for one in requests if "/images/create" in one.path][-1]
    found = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    return {name: value for name, value in found.items() if value}


def settings(world, text='{"credsStore": "coffer"}'):
    return {"DOCKER_CONFIG": str(world.file("docker/config.json", text).parent)}


def python_stores(world):
    world.run("bind", "docker", REGISTRY, "main/registry")
    done = world.start(python(), HERE / "ask_docker.py", REGISTRY)
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    kept = {"ServerURL": REGISTRY, "Username": "ada", "Secret": 'made-up "secret"'}
    assert seen == ["none", kept, {REGISTRY: ""}, "none", "refused"], f"it saw {seen}"
    assert b"made-up" not in done.stderr


def python_pulls(world):
    world.put("main/team", "made-up-team-token\n")
    world.run("bind", "docker", REGISTRY, "main/team", "--username", "ci")
    world.run("bind", "docker", "docker.io", "main/team", "--username", "hub")
    more = settings(world, json.dumps({"credHelpers": {REGISTRY: "coffer", HUB: "coffer"}}))
    with servers.serving(reply) as (address, requests):
        for image, name in ((f"{REGISTRY}/made-up/image", "ci"), ("made-up/image", "hub")):
            world.start(python(), HERE / "ask_docker.py", address, image, **more)
            found = presented(requests)
            found = {key.lower(): value for key, value in found.items()}
            assert (found["username"], found["password"]) == (name, "made-up-team-token"), f"{image}: {sorted(found)}"


class Docker:
    """docker's own client."""

    def __init__(self, world, address, **more):
        self.world, self.command = world, [installed("docker"), "-H", address.replace("http:", "tcp:")]
        self.settings = {**settings(world), **more}

    def __call__(self, *arguments, **more):
        return self.world.start(*self.command, *arguments, **more, **self.settings)


def docker_logs_in(world):
    world.run("bind", "docker", f"https://{REGISTRY}/v2/", "main/registry")
    with servers.serving(reply) as (address, requests):
        docker = Docker(world, address)
        docker("login", "--username", "ada", "--password-stdin", REGISTRY, given=b"made-up-password")
        docker("pull", f"{REGISTRY}/made-up/image")
        assert presented(requests) == {"username": "ada", "password": "made-up-password", "serveraddress": REGISTRY}
        # Again, with what was stored: the same is stored once more.
        docker("login", REGISTRY)
        docker("logout", REGISTRY)
        assert b"made-up" not in (world.home / "docker" / "config.json").read_bytes()
        world.start(world.program, "get", "main/registry", statuses=(66,))
        docker("pull", f"{REGISTRY}/made-up/image")
        assert "password" not in presented(requests), "it is there after docker logout"


def docker_keeps_token(world):
    world.run("bind", "docker", REGISTRY, "main/registry")
    with servers.serving(reply) as (address, requests):
        docker = Docker(world, address)
        docker("login", "--username", "token-user", "--password-stdin", REGISTRY, given=b"made-up-password")
        assert world.run("get", "main/registry") == b"username=<token>\npassword=made-up-identity\n"
        docker("pull", f"{REGISTRY}/made-up/image")
        found = presented(requests)
        assert found.get("identitytoken") == "made-up-identity" and "password" not in found, f"it presents {sorted(found)}"


def docker_is_refused(world):
    """Where nothing is bound, nothing is stored, and the person is told."""
    world.put("main/team", "made-up-team-token")
    world.run("bind", "docker", "other.example", "main/team", "--username", "ci")
    with servers.serving(reply) as (address, requests):
        docker = Docker(world, address)
        for host, name, sentence in ((REGISTRY, "ada", f"nothing is bound to {REGISTRY}"),
                                     ("other.example", "ada", "what is bound to other.example is for another name"),
                                     ("other.example", "ci", "no tool stored what is there")):
            done = docker("login", "--username", name, "--password-stdin", host, given=b"made-up-password", statuses=(1,))
            said = (done.stdout + done.stderr).decode()
            assert sentence in said and "made-up" not in said, said
        assert world.run("get", "main/team") == b"made-up-team-token"


FACTS = {
    "docker: the client for Python stores, gets, lists and erases": python_stores,
    "docker: the client for Python pulls with the name and the password that were bound": python_pulls,
    "docker: docker login stores where it was bound, pull presents it, logout removes it": docker_logs_in,
    "docker: docker gets its identity token back as one": docker_keeps_token,
    "docker: docker is refused in words what was not bound": docker_is_refused,
}

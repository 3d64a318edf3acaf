# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""git, which asks, tells what worked and what did not: with the system's, and with one that hands on all it is told (2.46).

What is asked of the helper by itself is what git's own tests ask of one (t/lib-credential.sh, t0303), written anew.
"""
import contextlib
import time

import servers
from connections import CONNECTION, connected
from newer_git import newer_git
from servers import basic
from world import installed

HOST = "https://git.example"
ASKED = {"username": "asked-name", "password": "asked-made-up"}
# What an empty repository's server says first (gitprotocol-http(5)).
EMPTY = b"001e# service=git-upload-pack\n00000000"


class Git:
    def __init__(self, world, newer=False):
        self.world, (self.program, programs) = world, newer_git() if newer else (installed("git"), None)
        person = world.file("person", "#!/bin/sh\ncase $1 in User*) echo asked-name ;; *) echo asked-made-up ;; esac\n")
        person.chmod(0o755)
        settings = {"credential.helper": "coffer", "http.proxy": ""}
        self.settings = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
                         "GIT_ASKPASS": str(person), "GIT_CONFIG_COUNT": str(len(settings)), "LC_ALL": "C"}
        for index, (key, value) in enumerate(settings.items()):
            self.settings |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
        if programs:
            self.settings["GIT_EXEC_PATH"] = programs

    def __call__(self, *arguments, **more):
        return self.world.start(self.program, *arguments, **{**self.settings, **more})

    def tell(self, operation, *lines, url=HOST, **more):
        scheme, host = url.split("://")
        text = "".join(f"{line}\n" for line in (f"protocol={scheme}", f"host={host}", *lines))
        return self("credential", operation, given=text.encode() + b"\n", **more)

    def fill(self, *lines, **more):
        """What it has of the helpers, and else of the person; without where it is for."""
        said = self.tell("fill", *lines, **more).stdout.decode()
        found = dict(line.split("=", 1) for line in said.splitlines())
        return {name: value for name, value in found.items() if name not in ("protocol", "host", "path")}


def both(fact):
    """Two facts of one: of the system's git, and of a newer one."""
    return fact, lambda world: fact(world, newer=True)


@both
def stores(world, newer=False):
    world.run("bind", "git", HOST, "main/git")
    git = Git(world, newer)
    assert git.fill() == ASKED, "it has something already"
    mine = ("username=store-user", "password=made-up-pass")
    git.tell("approve", *mine)
    kept = {"username": "store-user", "password": "made-up-pass"}
    assert git.fill() == kept and git.fill("username=store-user") == kept
    for url in ("https://other.example", f"{HOST}:8443"):
        assert git.fill(url=url) == ASKED, f"the same for {url}"
    assert git.fill(url=HOST.replace("https", "http")) == ASKED, "the same over plain HTTP"
    assert git.fill("username=other") == {**ASKED, "username": "other"}, "the same for another name"
    git.tell("approve", "username=store-user", "password=made-up-next")
    git.tell("reject", *mine)
    assert git.fill() == {**kept, "password": "made-up-next"}, "it is not the next, or is gone with the one before"
    git.tell("reject", "username=store-user")
    assert git.fill() == ASKED, "it is there yet"


@both
def keeps_apart(world, newer=False):
    """Several names at one host, and a repository of its own."""
    for place, name in (("one", "user1"), ("two", "user2")):
        world.run("bind", "git", HOST, f"main/{place}", "--username", name)
    world.run("bind", "git", f"{HOST}/team/a.git", "main/team")
    git = Git(world, newer)
    for name in ("user1", "user2"):
        git.tell("approve", f"username={name}", f"password=made-up-{name}")
    # Which of the two is nobody's to guess.
    assert git.fill() == ASKED
    git.tell("reject", "username=user1")
    assert git.fill("username=user1") == {**ASKED, "username": "user1"}
    assert git.fill("username=user2") == {"username": "user2", "password": "made-up-user2"}
    paths = {"GIT_CONFIG_COUNT": "3", "GIT_CONFIG_KEY_2": "credential.useHttpPath", "GIT_CONFIG_VALUE_2": "true"}
    git.tell("approve", "path=team/a.git", "username=ci", "password=made-up-team", **paths)
    assert git.fill("path=team/a.git", **paths) == {"username": "ci", "password": "made-up-team"}
    assert git.fill("path=team/b.git", "username=user3", **paths) == {**ASKED, "username": "user3"}


def hands_on(world):
    """An end and a refresh token come back as they were given; what is over, or for now alone, does not."""
    world.run("bind", "git", HOST, "main/git")
    git = Git(world, newer=True)
    mine = {"username": "ada", "password": "made-up-pass"}
    more = {"password_expiry_utc": str(int(time.time()) + 86_400), "oauth_refresh_token": "made-up-refresh"}

    def approve(*first, **fields):
        git.tell("approve", *first, *(f"{name}={value}" for name, value in fields.items()))

    approve("capability[]=authtype", **mine, ephemeral="1")
    assert git.fill() == ASKED, "what is for now alone was stored"
    approve(**mine, **more)
    found = git.fill()
    assert found == {**mine, **more}, f"it has {sorted(found)}"
    approve(**mine, oauth_refresh_token="made-up-second")
    assert git.fill() == {**mine, "oauth_refresh_token": "made-up-second"}, "an end that was taken away is there yet"
    world.run("bind", "git", "https://over.example", "main/over")
    world.put("main/over", "username=ada\npassword=made-up-pass\npassword_expiry_utc=1000000000\n")
    assert git.fill(url="https://over.example")["password"] == ASKED["password"], "it took one that is over"


@contextlib.contextmanager
def repository(accepted, way="Basic", tls=None):
    """An empty one, for who presents what is accepted."""
    def reply(request):
        if request.headers.get("authorization") not in accepted:
            return servers.Reply(b"no", 401, "text/plain", {"WWW-Authenticate": f'{way} realm="made up"'})
        return servers.Reply(EMPTY, kind="application/x-git-upload-pack-advertisement")

    with servers.serving(reply, tls) as (address, requests):
        yield address, requests


@both
def reads(world, newer=False):
    git = Git(world, newer)
    right = basic(*ASKED.values())
    with repository([right]) as (address, requests):
        def read(statuses=(0,), **more):
            requests.clear()
            git("ls-remote", f"{address}/team/a.git", statuses=statuses, **more)
            return [one.headers.get("authorization") for one in requests]

        world.run("bind", "git", address, "main/git")
        git.tell("approve", "username=ada", "password=made-up-before", url=address)
        assert read(statuses=(128,))[:2] == [None, basic("ada", "made-up-before")]
        world.start(world.program, "get", "main/git", statuses=(66,))  # git had it taken back
        assert read() == [None, right], "what the person typed"
        assert world.run("get", "main/git") == b"username=asked-name\npassword=asked-made-up\n"
        assert read(GIT_ASKPASS="/bin/false") == [None, right], "what was typed was not stored"


def presents_token(world):
    """A scheme of its own (`authtype`), which git neither makes Basic of nor stores."""
    git = Git(world, newer=True)
    with connected(world) as issued, repository([f"Bearer {issued[0]}"], "Bearer") as (address, requests):
        world.run("bind", "git", address, CONNECTION, "--bearer")
        before = world.run("list", "--json")
        git("ls-remote", f"{address}/team/a.git")
        assert [one.headers.get("authorization") for one in requests] == [None, f"Bearer {issued[0]}"]
        assert world.run("list", "--json") == before, "something was stored"
        found = git.fill("capability[]=authtype", url=address)
        assert (found["authtype"], found["credential"], found["ephemeral"]) == ("Bearer", issued[0], "1"), f"{sorted(found)}"
        assert "password" not in found and int(found["password_expiry_utc"]) > time.time()
        # Who says nothing of it can't be given one: the person is asked.
        assert git.fill(url=address) == ASKED


def gets_end(world):
    """Of a connection a password with its end, and never a refresh token."""
    git = Git(world, newer=True)
    with connected(world) as issued:
        world.run("bind", "git", HOST, CONNECTION)
        found = git.fill()
        end = int(found.pop("password_expiry_utc"))
        assert found == {"username": "oauth2", "password": issued[0]} and time.time() < end <= time.time() + 3600, f"{found}, {end}"


FACTS = {}
for title, pair in {"what was typed is stored where it was bound, and given for nothing else": stores,
                    "names and repositories are kept apart": keeps_apart,
                    "a repository is read with what was bound; what its server refused is taken back": reads}.items():
    FACTS |= {f"git: {title}": pair[0], f"git: {title} (2.46)": pair[1]}
FACTS |= {
    "git: an end and a refresh token come back as git stored them (2.46)": hands_on,
    "git: a token is presented by itself, and not stored (2.46)": presents_token,
    "git: a connection's token comes with its end (2.46)": gets_end,
}

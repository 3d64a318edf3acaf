# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""pip, which asks a program of the name keyring, against an index that wants a name and a password."""
import base64
import hashlib
import io
import zipfile

import servers
from environments import python

WHEEL = "made_up-1.0-py3-none-any.whl"


def wheel():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("made_up.py", "")
        archive.writestr("made_up-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
        archive.writestr("made_up-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("made_up-1.0.dist-info/RECORD", "")
    return data.getvalue()


def index(username, password):
    """An index of one package, for one person."""
    wanted = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
    archive = wheel()
    link = f'<a href="/files/{WHEEL}#sha256={hashlib.sha256(archive).hexdigest()}">{WHEEL}</a>'

    def reply(request):
        if request.headers.get("authorization") != wanted:
            return servers.Reply(b"no", 401, "text/plain", {"WWW-Authenticate": 'Basic realm="made up"'})
        if request.path.endswith(".whl"):
            return servers.Reply(archive, kind="application/octet-stream")
        return servers.Reply(f"<!DOCTYPE html><html><body>{link}</body></html>".encode(), kind="text/html")
    return reply


def pip(world, address, **more):
    return world.start(python(), "-m", "pip", "--isolated", "download", "--no-input", "--no-cache-dir", "--no-deps",
                       "--disable-pip-version-check", "--retries", "0", "--keyring-provider", "subprocess",
                       "--dest", world.home / "wheels", "--index-url", f"{address}/simple/", "made-up", **more)


def finds(world):
    """By the name in the URL, and by the one that was bound."""
    world.put("main/packages", "made-up-pass word\n")
    with servers.serving(index("ada", "made-up-pass word")) as (address, requests):
        world.run("bind", "keyring", f"{address}/simple", "main/packages", "--username", "ada")
        for place in (address, address.replace("://", "://ada@")):
            done = pip(world, place)
            assert (world.home / "wheels" / WHEEL).exists(), done.stderr.decode()
            (world.home / "wheels" / WHEEL).unlink()
            assert b"made-up-pass" not in done.stdout + done.stderr
        assert any(one.path.endswith(".whl") for one in requests)


def finds_nothing(world):
    """What is bound for one index is not told to another, nor for another name."""
    world.put("main/packages", "made-up-password")
    with servers.serving(index("ada", "made-up-password")) as (address, requests):
        world.run("bind", "keyring", f"{address}/other", "main/packages", "--username", "ada")
        pip(world, address, statuses=(1,))
        world.run("bind", "keyring", f"{address}/simple", "main/packages", "--username", "ada")
        pip(world, address.replace("://", "://bob@"), statuses=(1,))
        expected = base64.b64encode(b"ada:made-up-password").decode()
        assert requests and not any(expected in str(one.headers) for one in requests), "it was presented"


def stores(world):
    """As pip does after it has asked a person, and as the command line of keyring does."""
    world.run("bind", "keyring", "https://packages.example/simple", "main/packages")
    keyring = world.bin / "keyring"
    place = ["https://packages.example/simple/made-up/", "ada"]
    assert world.start(keyring, "get", *place, statuses=(1,)).stderr == b"", "it says something where there is nothing"
    world.start(keyring, "set", *place, given=b"made-up-password\n")
    assert world.start(keyring, "get", *place).stdout == b"made-up-password\n"
    assert world.start(keyring, "--mode=creds", "--output=json", "get", place[0]).stdout \
        == b'{"password":"made-up-password","username":"ada"}\n'
    assert world.start(keyring, "get", place[0], "bob", statuses=(1,)).stdout == b""
    world.start(keyring, "del", *place)
    world.start(keyring, "get", *place, statuses=(1,))
    world.start(keyring, "set", "https://elsewhere.example/simple/", "ada", given=b"made-up-password\n", statuses=(66,))


FACTS = {
    "keyring: pip gets the password of its index": finds,
    "keyring: pip gets nothing for another index, and nothing for another name": finds_nothing,
    "keyring: what is set comes back, and goes": stores,
}

# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The world of a chaos run: sandboxes, a vault with accounts of them, and a wall clock that is set by hand."""
import base64
import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scripts" / "servers"))
from peer import web  # noqa: E402

web.MAXIMUM_BODY_BYTES = 1 << 28
COMMAND_SECONDS = 600
START_SECONDS = 60
QUIET_SECONDS = 30
QUIET_LOOKS = 3
LIFETIME = 600

# A server of one's own that keeps a spent refresh token's answer for a day, and says so.
GRACEFUL = """\
coffer_provider: 1
id: graceful
name: Graceful
issuer: {base}
endpoints: {{authorization: {base}/authorize, token: {base}/token, userinfo: {base}/userinfo}}
hosts: {{secrets: [strict.localhost]}}
client: {{authentication: basic, body: form}}
authorization: {{pkce: true, state: true, iss: true, redirect_in_request: true}}
tokens: {{rotation: always, grace: 1d, idle_expiry: 30d}}
"""
GRACE_SECONDS = 86400

# One of which more is known than of its vendor: a change of the secret counts everywhere soon.
QUICK = """\
coffer_provider: 1
id: quick
name: Quick
issuer: {base}
endpoints: {{authorization: {base}/authorize, token: {base}/token, introspection: {base}/introspect, userinfo: {base}/userinfo}}
hosts: {{secrets: [strict.localhost]}}
client: {{authentication: basic, body: form}}
authorization: {{pkce: true, state: true, iss: true, redirect_in_request: true}}
tokens: {{rotation: always}}
probes: {{secret: authorization_code, token: introspection}}
client_secret: {{overlap: none, propagation: 100ms}}
"""
# Strict servers that an app is added to with a description of one's own.
DESCRIBED = {"graceful": GRACEFUL, "quick": QUICK}


class Trouble(Exception):
    """The world itself does not work; one sentence."""


def until(ready, seconds, what):
    """Asks `ready()` until it gives something, and gives that; `what` did not come about when the time is over."""
    end = time.monotonic() + seconds
    while True:
        # Before it is asked: who stood still in between asks once more.
        is_late = time.monotonic() > end
        if found := ready():
            return found
        if is_late:
            raise Trouble(f"{what} within {seconds} s")
        time.sleep(0.05)


def die_with_parent():
    """A server or program goes when this one does, however it goes (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Clock:
    """How far the programs' wall clock is ahead of the machine's."""

    def __init__(self, folder):
        self.file = folder / "clock"
        self.library = folder / "clock.so"
        compiler = shutil.which("clang") or shutil.which("cc")
        if not compiler:
            raise Trouble("there is no C compiler")
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", self.library, HERE / "clock.c"], check=True)
        self.ahead = 0
        self.advance(0)

    def advance(self, seconds):
        self.ahead += seconds
        if not self.file.exists():
            self.file.write_bytes(struct.pack("<q", self.ahead))
            return
        with open(self.file, "r+b") as file:
            file.write(struct.pack("<q", self.ahead))

    def now(self):
        return time.time() + self.ahead

    @property
    def environment(self):
        return {"COFFER_CHAOS_CLOCK": str(self.file), "LD_PRELOAD": str(self.library)}


class Server:
    """A sandbox, and the app and accounts that it has in the vault."""

    def __init__(self, world, name, provider, count, lifetime=LIFETIME):
        self.world, self.name, self.provider = world, name, provider
        self.accounts = [f"a{number}" for number in range(count)]
        self.folder = world.folder / name
        self.process = subprocess.Popen(
            [world.program, "sandbox", "--provider", provider, "--folder", self.folder, "--lifetime", f"{lifetime}s",
             "--accounts", ",".join(self.accounts)],
            env=world.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        world.servers.append(self)
        file = self.folder / "sandbox.json"
        end = time.monotonic() + START_SECONDS
        while not file.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise Trouble(f"the sandbox {name} does not start")
            time.sleep(0.05)
        self.settings = json.loads(file.read_text())
        self.client_id = self.settings["client_id"]
        self.client = web.Client(self.settings["ca_file"], "coffer-chaos")

    def ask(self, method, path, **more):
        """A request that is no part of the run; a certificate that was swapped is asked for again."""
        for _ in range(50):
            try:
                return self.client.request(method, self.settings["base_url"] + path, **more)
            except OSError as error:
                last = error
        raise Trouble(f"the sandbox {self.name} does not answer: {last}")

    def faults(self, seed, percent, kinds):
        body = {"random": {"seed": seed, "percent": percent, "kinds": kinds}}
        if self.ask("POST", "/sandbox/faults", body=body).status != 200:
            raise Trouble(f"the sandbox {self.name} takes no faults")

    def standing(self, rules):
        if self.ask("POST", "/sandbox/faults", body={"rules": rules}).status != 200:
            raise Trouble(f"the sandbox {self.name} takes no rules")

    def log(self):
        return self.ask("GET", "/sandbox/requests").json()["requests"]

    def path(self, account):
        return f"main/{self.name}/{account}"

    def account_host(self, account):
        """Where an account's own endpoints are."""
        if self.provider == "strict":
            return self.settings["base_url"]
        return f"https://{account}.{self.provider}.localhost:{self.settings['port']}"

    def takes_token(self, token, account):
        """Whether the server takes an access token."""
        path = "/userinfo" if self.provider == "strict" else "/api/v4/account"
        # Whoever asks for one account after the other may be faster than the vendor allows.
        for _ in range(20):
            answer = self.client.request(
                "GET", self.account_host(account) + path, headers={"Authorization": f"Bearer {token}"})
            if answer.status != 429:
                break
            time.sleep(0.3)
        if answer.status not in (200, 401):
            raise Trouble(f"{self.path(account)}: the server says {answer.status} of a token")
        return answer.status == 200

    def takes_secret(self, secret):
        """Whether the server takes a client_secret: what it says of a made-up code tells."""
        code = {"grant_type": "authorization_code", "code": "made-up-code", "redirect_uri": self.settings["redirect_uri"]}
        if self.provider == "strict":
            pair = base64.b64encode(f"{urllib.parse.quote(self.client_id)}:{urllib.parse.quote(secret)}".encode()).decode()
            answer = self.ask("POST", "/token", form=code, headers={"Authorization": f"Basic {pair}"})
            return answer.json().get("error") != "invalid_client"
        body = {**code, "client_id": self.client_id, "client_secret": secret}
        answer = self.client.request("POST", self.account_host(self.accounts[0]) + "/oauth2/access_token", body=body)
        return answer.status == 400

    def consent(self, address, account):
        """What a person does at the page of the address: the callback to paste."""
        parts = urllib.parse.urlsplit(address)
        form = [*urllib.parse.parse_qsl(parts.query), ("account", account), ("decision", "allow")]
        person = web.Client(self.settings["ca_file"], "coffer-chaos")
        answer = person.request("POST", f"{parts.scheme}://{parts.netloc}{parts.path}", form=form)
        if not answer.headers.get("Location"):
            raise Trouble(f"{self.name} gave no code: {answer.status}")
        return answer.headers["Location"]


class Home:
    """Where programs run: a home and what else they are told."""

    def __init__(self, program, home, environment):
        self.program, self.home, self.children = program, home, []
        home.mkdir(mode=0o700)
        self.environment = {
            "HOME": str(home), "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "NO_COLOR": "1",
            "SWIFT_BACKTRACE": "enable=no", **environment}
        self.descriptions = home / ".config/coffer/providers"

    def start(self, *arguments, errors=subprocess.DEVNULL, given=subprocess.DEVNULL, output=subprocess.DEVNULL):
        child = subprocess.Popen([self.program, *arguments], env=self.environment, stdin=given, stdout=output,
                                 stderr=errors, preexec_fn=die_with_parent)
        self.children = [one for one in self.children if one.returncode is None] + [child]
        return child

    def run(self, *arguments, given="", seconds=COMMAND_SECONDS):
        return subprocess.run([self.program, *arguments], env=self.environment, input=given, capture_output=True,
                              text=True, timeout=seconds, preexec_fn=die_with_parent)

    def succeed(self, *arguments, given=""):
        done = self.run(*arguments, given=given)
        if done.returncode:
            raise Trouble(f"coffer {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def close(self):
        kill(self.children)


class World(Home):
    """One home with a vault: in a file, or where the URL says."""

    def __init__(self, folder, program, url=None):
        self.folder, self.clock, self.servers = folder, Clock(folder), []
        place = {"COFFER_VAULT": url} if url else {}
        super().__init__(program, folder / "home", {**place, **self.clock.environment})
        self.vault = self.home / ".local/share/coffer/vault.db"
        self.succeed("init")

    def add(self, name, provider, count, is_registered=False, lifetime=LIFETIME):
        """Starts a sandbox, and adds its app; `graceful` is the strict one with a standing grace period, `quick` has another description.

        The app is one that the server has already, or is registered now (RFC 7591).
        """
        server = Server(self, name, "strict" if provider in DESCRIBED else provider, count, lifetime)
        base = server.settings["base_url"]
        if provider in DESCRIBED:
            self.descriptions.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self.descriptions / f"{provider}.yaml"
            file.write_text(DESCRIBED[provider].format(base=base))
            file.chmod(0o600)
            place = ["--provider", provider, "--scope", "openid"]
        if provider == "graceful":
            server.standing([{"endpoint": "token", "fault": "grace_window", "seconds": GRACE_SECONDS, "times": 0}])
        elif provider == "strict":
            place = ["--issuer", base]
        elif provider not in DESCRIBED:
            place = ["--provider", provider, "--sandbox", base]
        place += ["--redirect-uri", server.settings["redirect_uri"], "--ca-file", server.settings["ca_file"]]
        if is_registered:
            self.succeed("app", "add", f"main/{name}", *place, "--register")
            server.client_id = json.loads(self.succeed("app", "show", f"main/{name}", "--json"))["client_id"]
        else:
            self.succeed("app", "add", f"main/{name}", *place, "--client-id", server.client_id,
                         given=server.settings["client_secret"] + "\n")
        return server

    def connect(self, server, account):
        """What a person does at the terminal and at the browser."""
        child = self.start("connect", server.path(account), "--paste", "--yes", "--no-browser",
                           given=subprocess.PIPE, errors=subprocess.PIPE)
        said = []
        try:
            for line in child.stderr:
                said.append(line.decode(errors="replace"))
                address = re.search(r"https://\S+", said[-1])
                if address:
                    child.stdin.write(server.consent(address[0], account).encode() + b"\n")
                    child.stdin.close()
                    break
            rest = child.stderr.read().decode(errors="replace")
            if child.wait(COMMAND_SECONDS):
                raise Trouble(f"{server.path(account)} can't be connected: {''.join(said)}{rest}")
        finally:
            child.kill()
            child.wait()
            child.stderr.close()

    def status(self):
        rows = json.loads(self.succeed("status", "--json"))["connections"]
        return {row["path"]: row for row in rows}

    def forget_pace(self):
        """What a machine that starts anew has forgotten: rate limits are kept in memory."""
        pathlib.Path(f"{self.vault}-pace").unlink(missing_ok=True)

    def wait_until_quiet(self):
        """Waits until no server has a connection left: what a killed program had sent is answered, or dropped."""
        ports = {server.settings["port"] for server in self.servers}
        end = time.monotonic() + QUIET_SECONDS
        # The kernel gives the list in pieces, and may pass over a line while others come and go.
        looks = 0
        while looks < QUIET_LOOKS:
            looks = 0 if any(port in ports for port in connected_ports()) else looks + 1
            if time.monotonic() > end:
                raise Trouble("a server keeps the connection of a program that is dead")
            time.sleep(0.005)

    def close(self):
        kill(self.children + [server.process for server in self.servers])


def kill(processes):
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()


def connected_ports():
    """Local ports of TCP connections that have two ends, or one that was not closed (proc(5): 0A listens, 06 waits)."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[3] not in ("0A", "06"):
            yield int(words[1].split(":")[1], 16)

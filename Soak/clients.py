# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Those who ask an agent: some as they should, some not; each is a thread that goes on until it is told to end."""
import calendar
import http.client
import json
import random
import select
import socket
import subprocess
import threading
import time
import traceback
import urllib.parse

import world as worlds
from history import DEADLINE_SECONDS, Asked, Lock, Ticket
from peer import local

# A comment comes every 15 s to those who listen.
SILENCE_SECONDS = 60
# Who does not read is cut off after 60 s.
DEAF_SECONDS = 75
HOST = "Host: coffer\r\nConnection: close\r\n"
LONG = "a" * 100_000
# What is no request of the agent's, and its status; the first line is what it is called.
MALFORMED = (
    ("made-up nonsense\r\n\r\n", 400),
    ("\0\1\2\r\n\r\n", 400),
    ("GET /v1/health HTTP/9.9\r\n" + HOST + "\r\n", 400),
    ("GET /v1/health HTTP/1.1\r\n" + HOST + f"X: {LONG}\r\n\r\n", 400),
    ("GET /v1/health HTTP/1.1\r\n" + HOST + "".join(f"X-{number}: a\r\n" for number in range(100)) + "\r\n", 400),
    ("GET /v1/health?below=main HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("GET /v1/token HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("GET /v1/token?path=made-up%0Aname HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("GET /v1/token?path=main/a&path=main/b HTTP/1.1\r\n" + HOST + "\r\n", 400),
    ("GET /v1/nothing HTTP/1.1\r\n" + HOST + "\r\n", 404),
    ("DELETE /v1/token HTTP/1.1\r\n" + HOST + "\r\n", 405),
    ("POST /v1/rejected HTTP/1.1\r\n" + HOST + "Content-Length: 999999999\r\n\r\n", 413),
    ("POST /v1/rejected HTTP/1.1\r\n" + HOST + "Content-Length: made-up\r\n\r\n", 400),
    ("POST /v1/rejected HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\n{\"made-up", 400),
    ("POST /v1/ticket HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n{}", 400),
)
# What is not yet a request when no more comes.
HALVES = ("G", "GET /v1/health HTTP/1.1\r\nHost: coffer\r\nX-", "POST /v1/rejected HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
          "POST /v1/rejected HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ma")


def moment(text):
    """The moment that RFC 3339 names, as the agent writes it; None for none."""
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) if text else None


class Ground:
    """What all clients share."""

    def __init__(self, socket_path, history, paths, secrets, seed):
        self.socket, self.history, self.paths, self.secrets, self.seed = socket_path, history, paths, secrets, seed
        self.stop = threading.Event()
        # The latest token of each connection, with the moment when it came: what is reported as rejected.
        self.tokens = {}
        self.tickets = []
        self.crashes = []


class Client(threading.Thread):
    """One client; its dice are its own, so that a seed makes the same ones however threads take turns."""

    pause = 0.1

    def __init__(self, ground, number=0):
        super().__init__(name=f"{type(self).__name__.lower()} {number}", daemon=True)
        self.ground, self.dice = ground, random.Random(f"{ground.seed} {self.name}")
        self.connection, self.left = None, 0

    def run(self):
        try:
            while not self.ground.stop.is_set():
                self.turn()
                self.rest(0, self.pause)
        except Exception:  # noqa: BLE001
            self.ground.crashes.append(f"{self.name}: {traceback.format_exc(limit=-2)}")
        finally:
            self.drop()

    def rest(self, least, most):
        self.ground.stop.wait(self.dice.uniform(least, most))

    def drop(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def send(self, method, target, body, headers):
        """One request, over a connection that serves for a while: status, headers and body."""
        is_used = self.connection is not None
        try:
            return self.exchange(method, target, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            if not is_used:
                raise
        # It may have been closed just when it was used again.
        return self.exchange(method, target, body, headers)

    def exchange(self, method, target, body, headers):
        if not self.connection:
            self.connection = local.Connection(self.ground.socket, DEADLINE_SECONDS + 10)
            self.left = self.dice.randrange(1, 20)
        is_whole = False
        try:
            self.connection.request(method, target, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            content = answer.read()
            self.left -= 1
            is_whole = self.left > 0 and not answer.will_close
            return answer.status, content
        finally:
            if not is_whole:
                self.drop()

    def ask(self, kind, method, target, wanted=(200,), body=None, check=None, **facts):
        """Asks, and has the answer judged; what it holds where it is what was wanted, else None."""
        asked = Asked(kind, frozenset(wanted), began=time.time(), **facts)
        headers = {"Authorization": f"Bearer {asked.ticket.text}"} if asked.ticket and kind != "revoke" else {}
        start, content = time.monotonic(), b""
        try:
            asked.status, content = self.send(method, target, body, headers)
        except (OSError, http.client.HTTPException) as problem:
            asked.trouble = f"no answer ({type(problem).__name__})"
        asked.took, asked.ended = time.monotonic() - start, time.time()
        said = None
        if not asked.trouble and content:
            try:
                said = content.decode() if kind == "metrics" else json.loads(content)
            except ValueError:
                asked.trouble = "the answer is no text" if kind == "metrics" else "the answer is no JSON"
        if isinstance(said, dict) and "error" in said:
            asked.code = said["error"].get("code")
        if kind == "token" and asked.status == 200 and isinstance(said, dict):
            asked.version, asked.token, asked.expires = said.get("version"), said.get("access_token"), moment(said.get("expires_at"))
        is_wanted = not asked.trouble and asked.status in asked.wanted
        if is_wanted and 200 <= asked.status < 300 and check and not self.holds(check, said):
            asked.trouble = "the answer is not what was asked for"
        self.ground.history.take(asked)
        return said if is_wanted and not asked.trouble else None

    @staticmethod
    def holds(check, said):
        try:
            return check(said)
        except (KeyError, TypeError):
            return False

    def any_path(self):
        return self.dice.choice(self.ground.paths)

    def token(self, path, ticket=None):
        said = self.ask("token", "GET", "/v1/token?" + urllib.parse.urlencode({"path": path}), path=path, ticket=ticket,
                        needs_key=True, check=lambda said: said["path"] == path and said["access_token"] and said["version"] > 0)
        if said:
            self.ground.tokens[path] = (said, time.time())

    def secret(self, ticket=None):
        path, value = self.dice.choice(list(self.ground.secrets.items()))
        self.ask("secret", "GET", "/v1/secret?" + urllib.parse.urlencode({"path": path}), ticket=ticket, needs_key=True,
                 check=lambda said: said["path"] == path and said["value"] == value)

    def entries(self, ticket=None):
        self.ask("list", "GET", "/v1/entries", ticket=ticket, needs_key=True, check=lambda said: "entries" in said)

    def status(self, ticket=None):
        return self.ask("status", "GET", "/v1/status", ticket=ticket, check=lambda said: "agent" in said)

    def health(self, ticket=None):
        self.ask("health", "GET", "/v1/health", ticket=ticket, check=lambda said: said["status"] in ("ok", "locked"))


class Reader(Client):
    """A program that works with what it gets."""

    def turn(self):
        action = self.dice.choices(
            (lambda: self.token(self.any_path()), self.secret, self.entries, self.status, self.health, self.metrics, self.listing,
             self.reject, self.missing), (60, 10, 3, 3, 5, 2, 2, 10, 2))[0]
        action()

    def metrics(self):
        self.ask("metrics", "GET", "/v1/metrics", check=lambda said: "coffer_agent_open_connections" in said)

    def listing(self):
        self.ask("tickets", "GET", "/v1/tickets", check=lambda said: "tickets" in said)

    def missing(self):
        self.ask("missing", "GET", "/v1/token?path=main/nothing-here", wanted=(404, 409), needs_key=True)

    def reject(self):
        """Says that a token was refused: mostly one that is old enough to be believed."""
        known = list(self.ground.tokens.items())
        if not known:
            return
        path, (token, _) = min(self.dice.sample(known, min(4, len(known))), key=lambda one: one[1][1])
        report = {name: token[name] for name in ("path", "access_token", "version")}
        self.ask("rejected", "POST", "/v1/rejected", wanted=(204,), body=report, path=path, needs_key=True,
                 version=token["version"])
        self.ground.tokens.pop(path, None)


class Container(Client):
    """Makes a ticket, works with it, and mostly revokes it."""

    pause = 1.0
    made = 0

    def turn(self):
        self.made += 1
        ticket = Ticket(f"{self.name.replace(' ', '-')}-{self.made}", "", asked=time.time(), seconds=self.dice.randrange(3, 30))
        paths = self.dice.sample(self.ground.paths, min(3, len(self.ground.paths)))
        said = self.ask("ticket", "POST", "/v1/ticket", needs_key=True, check=lambda said: said["ticket"], body={
            "paths": [*paths, "main/soak/*"], "ttl_seconds": ticket.seconds, "name": ticket.name})
        if not said:
            return
        ticket.text, ticket.issued = said["ticket"], time.time()
        self.ground.tickets.append(ticket)
        del self.ground.tickets[:-16]
        for _ in range(self.dice.randrange(3, 12)):
            self.work(ticket, paths)
            self.rest(0, 0.3)
        if self.dice.random() < 0.8:
            ticket.revoking = time.time()
            self.ask("revoke", "POST", "/v1/revoke", wanted=(204,), body={"name": ticket.name}, ticket=ticket)
            ticket.revoked = time.time()
            self.ask("bad ticket", "GET", "/v1/health", wanted=(401,), ticket=ticket)

    def work(self, ticket, paths):
        others = [path for path in self.ground.paths if path not in paths]
        self.dice.choices((
            lambda: self.token(self.dice.choice(paths), ticket), lambda: self.secret(ticket), lambda: self.entries(ticket),
            lambda: self.status(ticket), lambda: self.health(ticket), lambda: self.beyond(self.dice.choice(others), ticket),
            lambda: self.ask("ticket lock", "POST", "/v1/lock", wanted=(403,), ticket=ticket),
            self.made_up), (10, 4, 2, 1, 2, 2 if others else 0, 1, 1))[0]()

    def beyond(self, path, ticket):
        self.ask("ticket beyond", "GET", "/v1/token?" + urllib.parse.urlencode({"path": path}), wanted=(404,), ticket=ticket)

    def made_up(self):
        ticket = Ticket("made-up", "made-up-ticket", is_made_up=True)
        self.ask("bad ticket", "GET", "/v1/health", wanted=(401,), ticket=ticket)


class Listener(Client):
    """Listens to events for a while, and hangs up."""

    pause = 2.0

    def turn(self):
        tickets = [one for one in self.ground.tickets if one.revoking is None]
        ticket = self.dice.choice(tickets) if tickets and self.dice.random() < 0.3 else None
        asked = Asked("events", frozenset({200}), began=time.time(), ticket=ticket)
        headers = {"Authorization": f"Bearer {ticket.text}"} if ticket else {}
        connection = local.Connection(self.ground.socket, SILENCE_SECONDS)
        start, stream = time.monotonic(), None
        try:
            connection.request("GET", "/v1/events", None, headers)
            stream = connection.getresponse()
            asked.status = stream.status
            if asked.status == 200:
                asked.trouble = self.fault(stream.readline())
            else:
                asked.code = json.loads(stream.read())["error"]["code"]
        except (OSError, http.client.HTTPException) as problem:
            asked.trouble = f"no answer ({type(problem).__name__})"
        asked.took, asked.ended = time.monotonic() - start, time.time()
        self.ground.history.take(asked)
        try:
            if asked.status == 200 and not asked.trouble:
                self.hear(stream, ticket)
        finally:
            connection.close()

    def hear(self, stream, ticket):
        end = time.monotonic() + self.dice.uniform(0.5, 20)
        heard = Asked("event", frozenset({200}), status=200)
        while time.monotonic() < end and not self.ground.stop.is_set() and not heard.trouble:
            heard.began = time.time()
            try:
                line = stream.readline()
            except (OSError, http.client.HTTPException) as problem:
                # With a ticket a stream ends when that does, and may be cut off then.
                line, heard.trouble = b"", None if ticket else f"the stream broke off ({type(problem).__name__})"
            heard.ended = time.time()
            if not line:
                is_void = ticket and self.ground.history.may_be_void(ticket, heard)
                heard.trouble = heard.trouble or (None if is_void else "the stream ended by itself")
                break
            heard.trouble = self.fault(line)
            if line.startswith(b"event: "):
                self.ground.history.take(heard)
        if heard.trouble:
            self.ground.history.take(heard)

    @staticmethod
    def fault(line):
        """What is wrong with a line of a stream; None for nothing."""
        if line.startswith(b"data: "):
            try:
                return None if json.loads(line[6:])["format_version"] == 1 else "an event of another version"
            except (ValueError, KeyError):
                return "an event is no JSON"
        return None if line == b"\n" or line.startswith((b":", b"event: ")) else "a line that is none of a stream's"


class Rascal(Client):
    """Sends what is no request, half of one, or goes before the answer."""

    pause = 0.5

    def turn(self):
        action = self.dice.randrange(4)
        if action == 0:
            text, status = self.dice.choice(MALFORMED)
            self.raw("malformed", text, {status}, ends=self.dice.random() < 0.3 and status == 400)
        elif action == 1:
            self.raw("half", self.dice.choice(HALVES), {None, 400}, ends=True)
        elif action == 2:
            self.raw("half-closed", "GET /v1/health HTTP/1.1\r\nHost: coffer\r\n\r\n", {200}, ends=True)
        else:
            text = f"GET /v1/token?path={self.any_path()} HTTP/1.1\r\nHost: coffer\r\n\r\n"
            self.raw("gone", text, {None}, ends=False, goes=True)

    def raw(self, kind, text, wanted, ends, goes=False):
        asked = Asked(kind, frozenset(wanted), began=time.time())
        start, line = time.monotonic(), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        content = b""
        try:
            line.settimeout(DEADLINE_SECONDS + 10)
            line.connect(str(self.ground.socket))
            try:
                line.sendall(text.encode("latin-1"))
                if ends:
                    line.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                # Refused before all of it was there, perhaps with an answer.
                asked.wanted |= {None}
            if goes:
                self.rest(0, 0.05)
            else:
                content = self.read_to_end(line)
        except OSError as problem:
            asked.trouble = f"no end ({type(problem).__name__})"
        finally:
            line.close()
        asked.took, asked.ended = time.monotonic() - start, time.time()
        words = content.split(b"\r\n", 1)[0].split(b" ")
        asked.status = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
        if asked.status not in asked.wanted and not asked.trouble:
            asked.trouble = f"{asked.status}, not {sorted(asked.wanted, key=str)}, to {text[:40]!r}"
        if asked.status is None and not asked.trouble:
            asked.code = "no answer"
        self.ground.history.take(asked)

    @staticmethod
    def read_to_end(line):
        content = b""
        while True:
            try:
                part = line.recv(65536)
            except ConnectionResetError:
                return content
            if not part:
                return content
            content += part


class Deaf(Client):
    """Asks for much, and never reads; goes on after the others until it was cut off once."""

    cut_off = False

    def turn(self):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        asked = Asked("deaf", frozenset({None}), began=time.time(), code="cut off")
        try:
            line.connect(str(self.ground.socket))
            line.setblocking(False)
            try:
                for _ in range(1000):
                    line.sendall(b"GET /v1/status HTTP/1.1\r\nHost: coffer\r\n\r\n")
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                pass
            poll = select.poll()
            # POLLHUP is told whatever is asked for.
            poll.register(line, 0)
            end = time.monotonic() + DEAF_SECONDS + DEADLINE_SECONDS
            while not poll.poll(500):
                if self.ground.stop.is_set() and self.cut_off:
                    return
                if time.monotonic() > end:
                    asked.trouble = "who does not read is not cut off"
                    break
        finally:
            line.close()
        self.cut_off = True
        asked.ended = time.time()
        self.ground.history.take(asked)
        self.rest(0, 5)


class Locker(Client):
    """Locks the agent now and then, and unlocks it."""

    def turn(self):
        self.rest(5, 20)
        lock = Lock(locking=time.time())
        self.ground.history.locks.append(lock)
        self.ask("lock", "POST", "/v1/lock", wanted=(204,))
        lock.locked = time.time()
        self.rest(0.1, 1.5)
        lock.unlocking = time.time()
        self.ask("unlock", "POST", "/v1/unlock", wanted=(204,))
        lock.unlocked = time.time()


class Person(Client):
    """Connects accounts anew that have lost their grants, as the program's `status` asks a person to."""

    pause = 5.0

    def __init__(self, ground, world, servers):
        super().__init__(ground)
        self.world, self.servers = world, servers

    def turn(self):
        said = self.status() or {}
        for row in said.get("connections", []):
            if self.ground.stop.is_set():
                return
            if row["state"] == "needs_reauthorization":
                self.connect(row["path"])

    def connect(self, path):
        _, name, account = path.split("/")
        server = next(server for server in self.servers if server.name == name)
        span = [time.time(), None]
        self.ground.history.connecting[path].append(span)
        try:
            self.world.connect(server, account)
            self.ground.history.counts["connected anew"] += 1
        except (worlds.Trouble, OSError, subprocess.TimeoutExpired):
            # The faults are for everybody: another time.
            self.ground.history.counts["not connected"] += 1
        finally:
            span[1] = time.time()

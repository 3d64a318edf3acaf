# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What must be true against a server nobody here wrote. Each fact is a method; they build on each other in order.

The server is asked, not the program: whether a secret is refused and a token works is read from its own answers, and
at the end its log says whether anything was sent that should not have been.
"""
import base64
import datetime
import json
import subprocess
import sys
import time
import urllib.parse

from program import SCRIPTS

sys.path.insert(0, str(SCRIPTS / "servers"))
import judge  # noqa: E402
from peer import record, web  # noqa: E402

APP = "main/idp"
PEOPLE = ("alice", "bob", "carol")
WINDOW_SECONDS = 60


class Server:
    """The server's own answers."""

    def __init__(self, settings):
        self.settings, self.client = settings, web.Client(settings["ca_file"], judge.BROWSER)

    def introspect(self, token, client=None, secret=None):
        """What the introspection endpoint says of a token to this client (the named one, if none is given)."""
        own = self.settings["introspection_client"]
        pair = f"{client or own['client_id']}:{secret or own['client_secret']}"
        return self.client.request(
            "POST", self.settings["endpoints"]["introspection"], form={"token": token},
            headers={"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()})

    def is_active(self, token):
        """Whether the server takes this access token for a living one."""
        answer = self.introspect(token)
        assert answer.status == 200, f"introspection answered {answer.status}"
        return answer.json()["active"]

    def accepts_secret(self, secret):
        """Whether the server takes this client secret; asked with a token that never was, so that nothing is spent."""
        answer = self.introspect("never-issued", self.settings["client_id"], secret)
        assert answer.status in (200, 401, 403), f"introspection answered {answer.status}"
        return answer.status == 200

    def requests(self):
        """The program's exchanges so far."""
        return judge.read(self.settings["request_log"])


class Windows:
    """Tokens that live for seconds: they run into their window and are refreshed.

    The window opens after five eighths of a life at the earliest; four commands have to be over before it.
    """

    ACCESS_SECONDS = 40
    NEEDED = 2  # so many of the first facts must be true for any other
    FACTS = ("an account is connected through the loopback listener", "a pasted callback connects an account",
             "a fresh token is handed out without asking the server", "a token in its window is refreshed once",
             "the refreshed pair serves the next run", "nothing was sent that should not have been")

    def __init__(self, coffer, server, redirect_uri):
        self.coffer, self.server, self.redirect_uri = coffer, server, redirect_uri

    def facts(self):
        return zip(self.FACTS, (self.loopback, self.paste, self.fresh, self.window, self.again, self.log))

    def loopback(self):
        self.coffer.add_app(APP, self.redirect_uri)
        self.coffer.connect(f"{APP}/alice", "alice")
        assert self.server.is_active(self.coffer.token(f"{APP}/alice"))

    def paste(self):
        self.coffer.connect(f"{APP}/bob", "bob", paste=True)
        assert self.server.is_active(self.coffer.token(f"{APP}/bob"))

    def fresh(self):
        self.coffer.run("refresh", "--all")
        first, before = self.coffer.token(f"{APP}/alice"), len(self.server.requests())
        assert self.coffer.token(f"{APP}/alice") == first
        assert len(self.server.requests()) == before

    def window(self):
        before, count = self.coffer.status(), len(self.server.requests())
        wait_until(max(row["refresh_at"] for row in before.values()))
        self.coffer.run("refresh")
        after = self.coffer.status()
        for path in before:
            assert after[path]["expires_at"] > before[path]["expires_at"], f"{path} was not refreshed"
            assert after[path]["state"] == "active"
        assert len([r for r in self.server.requests()[count:] if r.get("grant_type") == "refresh_token"]) == 2

    def again(self):
        self.coffer.run("refresh", "--all")
        for person in PEOPLE[:2]:
            assert self.server.is_active(self.coffer.token(f"{APP}/{person}"))

    def log(self):
        expect_none(judge.faults(self.server.requests()))


class Narrower:
    """Less than the whole of a connection, at servers that have no token exchange (RFC 8693)."""

    ACCESS_SECONDS = 3600
    NEEDED = 1
    FACTS = ("a connection is made to ask less of", "nothing is asked for where nothing says how",
             "said to narrow by a refresh, as it must not be, the server gives no more than was asked for",
             "what was said wrongly costs no connection", "nothing was sent that should not have been")

    def __init__(self, coffer, server, redirect_uri):
        self.coffer, self.server, self.redirect_uri = coffer, server, redirect_uri
        # Glewlwyd passes over the scope, and its answer says so; django-oauth-toolkit narrows the refresh token too.
        self.narrows = server.settings["server"] == "django-oauth-toolkit"
        self.scope = "api" if self.narrows else "openid"
        self.whole = None

    def facts(self):
        return zip(self.FACTS, (self.account, self.unstated, self.misstated, self.after, self.log))

    def account(self):
        self.coffer.add_app(APP, self.redirect_uri)
        self.coffer.connect(f"{APP}/alice", "alice")

    def unstated(self):
        whole, count = self.coffer.token(f"{APP}/alice"), len(self.server.requests())
        assert not self.coffer.run("token", f"{APP}/alice", "--scope", self.scope, statuses=(78,))
        assert len(self.server.requests()) == count
        assert self.coffer.token(f"{APP}/alice") == whole and self.server.is_active(whole)

    def misstated(self):
        self.coffer.add_app("main/stated", self.redirect_uri, options=("--narrowing", "refresh"))
        self.coffer.connect("main/stated/bob", "bob")
        self.whole = self.coffer.token("main/stated/bob")
        asking = ("token", "main/stated/bob", "--scope", self.scope)
        if self.narrows:
            less = self.coffer.run(*asking).strip()
            assert less != self.whole
            assert self.server.introspect(less).json()["scope"].split() == [self.scope]
        else:
            for _ in range(2):
                assert not self.coffer.run(*asking, statuses=(78,))
            assert self.coffer.token("main/stated/bob") == self.whole and self.server.is_active(self.whole)

    def after(self):
        assert self.whole, "there is no connection to look at"
        self.coffer.run("refresh", "--force", "main/stated/bob")
        token = self.coffer.token("main/stated/bob")
        assert token != self.whole and self.server.is_active(token)

    def log(self):
        expect_none(judge.faults(self.server.requests()))


class Leak:
    """Tokens that live for an hour, and a client secret that leaked, at servers that speak RFC 7592.

    A PUT brings another secret at Glewlwyd. At django-oauth-toolkit it brings another registration token, and no secret:
    a person then makes one, and nothing is registered anew.
    """

    ACCESS_SECONDS = 3600
    NEEDED = 2
    FACTS = ("three accounts are connected", "the leak is contained",
             "the registration is read and put back, and never made anew", "the server refuses the old secret",
             "the server accepts the new secret", "every old access token is refused",
             "every account has a new token that works", "the registration token that is kept is the one in force",
             "nothing was sent that should not have been")

    def __init__(self, coffer, server, redirect_uri):
        self.coffer, self.server, self.redirect_uri = coffer, server, redirect_uri
        self.issues_secret = server.settings["server"] == "glewlwyd"
        self.old_secret = server.settings["client_secret"]
        self.old_tokens, self.replaced_at = {}, None

    def facts(self):
        return zip(self.FACTS, (self.accounts, self.rotate, self.registration, self.old_secret_dead,
                                self.new_secret_alive, self.old_tokens_dead, self.new_tokens_alive,
                                self.registration_token, self.log))

    def accounts(self):
        self.coffer.add_app(APP, self.redirect_uri, registration=True)
        for person in PEOPLE:
            self.coffer.connect(f"{APP}/{person}", person)
            self.old_tokens[person] = self.coffer.token(f"{APP}/{person}")
        assert all(map(self.server.is_active, self.old_tokens.values()))
        assert self.server.accepts_secret(self.old_secret)

    def rotate(self):
        if self.issues_secret:
            self.coffer.run("rotate", APP, "--leak", statuses=(0, 83))
        else:
            self.coffer.run("rotate", APP, "--leak", statuses=(82,))
            # What the person waits with is in the vault by now: the token from before is dead.
            report = json.loads(self.coffer.run("rotate", "report", "--json"))
            assert report["driver"] == "rfc7592" and report["state"] == "awaiting_operator", report["state"]
            assert "registration token" in self.events(), "the new registration token is not kept"
            self.coffer.run("rotate", "resume", given=self.click() + "\n", statuses=(0, 83))
        new_secret = record.digest(self.coffer.client_secret(APP))
        assert new_secret != record.digest(self.old_secret), "the secret is the old one"
        self.replaced_at = next(
            index for index, line in enumerate(self.server.requests())
            if new_secret in (line.get("presented", {}).get("client_secret"),
                              line.get("issued", {}).get("client_secret")))

    def events(self):
        """What the vault's events say of the app."""
        return self.coffer.run("audit", "show", "--path", APP, "--json")

    def click(self):
        """What the operator does on the server's own pages."""
        done = subprocess.run(
            [str(SCRIPTS / "servers" / "django-oauth-toolkit"), "regenerate-secret", "--dir",
             self.server.settings["dir"]], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        self.coffer.secrets.append(done.stdout.strip())
        return done.stdout.strip()

    def registration(self):
        lines = [line for line in self.server.requests() if line["endpoint"] == "registration"]
        assert [line["method"] for line in lines] == ["GET", "PUT"], [line["method"] for line in lines]
        assert [line["status"] for line in lines] == [200, 200], [line["status"] for line in lines]
        path = urllib.parse.urlsplit(self.server.settings["registration_uri"]).path
        assert {line["path"] for line in lines} == {path}
        issued = lines[-1].get("issued", {})
        expected = "client_secret" if self.issues_secret else "registration_access_token"
        assert expected in issued, f"the PUT issued {', '.join(issued) or 'nothing'}"
        if not self.issues_secret:
            assert "client_secret" not in issued
            token = self.server.settings["registration_token"]
            answer = self.server.client.request(
                "GET", self.server.settings["registration_uri"], headers={"Authorization": f"Bearer {token}"})
            assert answer.status == 401, f"with the registration token from before it answered {answer.status}"

    def old_secret_dead(self):
        assert not self.server.accepts_secret(self.old_secret)

    def new_secret_alive(self):
        assert self.server.accepts_secret(self.coffer.client_secret(APP))

    def old_tokens_dead(self):
        alive = [person for person, token in self.old_tokens.items() if self.server.is_active(token)]
        assert not alive, f"still alive: {', '.join(alive)}"

    def new_tokens_alive(self):
        for person, old in self.old_tokens.items():
            token = self.coffer.token(f"{APP}/{person}")
            assert token != old and self.server.is_active(token), f"{person} has none"

    def registration_token(self):
        """Asks to change the client once more, with what the vault holds; a person is then waited for, or nobody."""
        before = len(self.server.requests())
        self.coffer.run("rotate", APP, "--planned", statuses=(0, 82, 83))
        lines = [line for line in self.server.requests()[before:] if line["endpoint"] == "registration"]
        assert [line["status"] for line in lines] == [200, 200], [line["status"] for line in lines]

    def log(self):
        expect_none(judge.faults(self.server.requests(), {record.digest(self.old_secret)}, self.replaced_at))


class Registration:
    """A client that registers itself; where the server speaks it, it signs and its tokens are bound to a key."""

    ACCESS_SECONDS = 3600
    NEEDED = 2
    FACTS = ("the client registers itself", "an account is connected to it", "its token works at the API",
             "its token is refreshed", "the refreshed token works at the API", "the client is removed at the server",
             "nothing was sent that should not have been")

    def __init__(self, coffer, server, redirect_uri):
        self.coffer, self.server, self.redirect_uri = coffer, server, redirect_uri
        self.is_bound = server.settings["server"] == "glewlwyd"

    def facts(self):
        return zip(self.FACTS, (self.register, self.connect, self.works, self.refresh, self.works, self.remove, self.log))

    def register(self):
        app = self.coffer.register_app(APP, self.redirect_uri)
        assert app["client_id"] not in ("", self.server.settings["client_id"])
        assert app["client_auth"] == ("private_key_jwt" if self.is_bound else "client_secret_basic"), app["client_auth"]
        self.address = next(line["path"] for line in self.server.requests() if line["endpoint"] == "registration")

    def connect(self):
        self.coffer.connect(f"{APP}/alice", "alice")
        row = self.coffer.status()[f"{APP}/alice"]
        assert row["state"] == "active"
        assert row["token_type"].lower() == ("dpop" if self.is_bound else "bearer"), row["token_type"]

    def works(self):
        """Asks the server whose token it is, as a program would: with the header, or the two, that are printed."""
        token = self.coffer.token(f"{APP}/alice")
        if not self.is_bound:
            assert self.server.is_active(token)
            return
        url = self.server.settings["endpoints"]["user_info"]
        refused = self.server.client.request("GET", url, headers={"Authorization": f"Bearer {token}"})
        assert refused.status == 401, f"without a proof it answered {refused.status}"
        answer = self.server.client.request("GET", url, headers=self.headers(url))
        if answer.status == 401:  # it wants its nonce (RFC 9449 §9)
            nonce = answer.headers["DPoP-Nonce"]
            answer = self.server.client.request("GET", url, headers=self.headers(url, "--nonce", nonce))
        assert answer.status == 200, f"with a proof it answered {answer.status}: {answer.text()[:200]}"

    def headers(self, url, *more):
        printed = self.coffer.run("token", f"{APP}/alice", "--format", "header", "--for", f"GET {url}", *more)
        return dict(line.split(": ", 1) for line in printed.splitlines())

    def refresh(self):
        before = self.coffer.token(f"{APP}/alice")
        self.coffer.run("refresh", "--force", f"{APP}/alice")
        assert self.coffer.token(f"{APP}/alice") != before

    def remove(self):
        self.coffer.run("remove", f"{APP}/alice", "--yes")
        self.coffer.run("app", "remove", APP, "--unregister", "--yes")
        last = self.server.requests()[-1]
        assert last["method"] == "DELETE" and last["status"] in (200, 204), f"{last['method']} {last['status']}"
        assert self.coffer.run("app", "list", "--quiet") == ""

    def log(self):
        # A proof without the nonce is refused before anything is looked at, and the same request made once more.
        lines = [line for line in self.server.requests() if line.get("error") != "use_dpop_nonce"]
        expect_none(judge.faults(lines))
        for first, second in zip(self.server.requests(), self.server.requests()[1:]):
            assert [first.get("error"), second.get("error")] != ["use_dpop_nonce"] * 2, "a nonce was asked for twice"


def wait_until(moment):
    """Waits for the wall clock to pass a time of the status; it is the server's lifetime that runs, not ours."""
    shown = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    end = shown + datetime.timedelta(seconds=1)  # the status shows whole seconds
    limit = time.monotonic() + WINDOW_SECONDS
    while (now := datetime.datetime.now(datetime.timezone.utc)) <= end:
        assert time.monotonic() < limit, f"the window opens only at {moment}"
        time.sleep(min(1.0, (end - now).total_seconds() + 0.05))


def expect_none(found):
    found = list(found)
    assert not found, "; ".join(found)

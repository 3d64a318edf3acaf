# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The program under test, driven as a person or a script would: each command line stands here once."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
COMMAND_SECONDS = 90


class Coffer:
    """One person's vault, in a home of its own."""

    def __init__(self, program, home, settings):
        self.program, self.home, self.settings = program, pathlib.Path(home), settings
        self.secrets = []
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
        self.environment = {**kept, "HOME": str(self.home), "NO_COLOR": "1", "XDG_RUNTIME_DIR": str(self.home / "run")}
        for name in ("DATA", "CONFIG", "STATE", "CACHE"):
            self.environment[f"XDG_{name}_HOME"] = str(self.home / name.lower())

    def start(self, *arguments, stdin=subprocess.DEVNULL):
        """Starts a command whose output is read while it runs."""
        return subprocess.Popen([self.program, *arguments], env=self.environment, cwd=self.home, text=True,
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, given="", statuses=(0,)):
        """Runs a command to its end; returns its standard output. Another status than these is a failure."""
        done = subprocess.run([self.program, *arguments], env=self.environment, cwd=self.home, text=True, input=given,
                              capture_output=True, timeout=COMMAND_SECONDS)
        for secret in self.secrets:
            assert secret not in done.stderr, f"`coffer {arguments[0]}` shows a secret on standard error"
        assert done.returncode in statuses, \
            f"`coffer {' '.join(arguments)}` ended with {done.returncode}: {done.stderr.strip()[-400:]}"
        return done.stdout

    def add_app(self, path, redirect_uri, registration=False, options=()):
        """Makes the vault and the app. The client secret, and the registration token, come on standard input."""
        self.run("init")
        arguments = ["app", "add", path, "--issuer", self.settings["issuer"],
                     "--client-id", self.settings["client_id"], "--ca-file", self.settings["ca_file"],
                     "--private-network", "--redirect-uri", redirect_uri, "--scope", self.settings["scope"], *options]
        given = self.settings["client_secret"] + "\n"
        self.secrets += [self.settings["client_secret"], self.settings["registration_token"]]
        if self.settings["server"] == "glewlwyd":  # its revocation of an access token ends that token alone
            arguments += ["--revocation-reach", "token"]
        if registration:
            arguments += ["--registration-uri", self.settings["registration_uri"]]
            given += self.settings["registration_token"] + "\n"
        self.run(*arguments, given=given)

    def register_app(self, path, redirect_uri):
        """Makes the vault and registers a client of its own at the server, in the strongest way that it speaks."""
        self.run("init")
        arguments = ["app", "add", path, "--issuer", self.settings["issuer"], "--register", "--client-name", "Interop",
                     "--ca-file", self.settings["ca_file"], "--private-network", "--redirect-uri", redirect_uri,
                     "--scope", self.settings["scope"], "--json"]
        given = ""
        if self.settings["server"] == "glewlwyd":
            arguments += ["--initial-token", "--client-auth", "private-key-jwt", "--new-key", "es256", "--dpop",
                          "--assertion-audience", "token-endpoint"]
            given = self.settings["initial_access_token"] + "\n"
            self.secrets.append(self.settings["initial_access_token"])
        return json.loads(self.run(*arguments, given=given))

    def connect(self, path, user, paste=False):
        """Authorises one account, with the browser script as the person."""
        way = ("--paste",) if paste else ("--no-browser",)
        stdin = subprocess.PIPE if paste else subprocess.DEVNULL
        with self.start("connect", path, "--yes", *way, stdin=stdin) as command:
            try:
                heard, url = [], None
                while url is None and (line := command.stderr.readline()):
                    heard.append(line)
                    found = re.search(r"https://\S+", line)
                    url = found.group() if found else None
                assert url, f"`coffer connect` shows no URL: {''.join(heard)[-400:]}"
                callback = self.browse(url, user, paste)
                output, errors = command.communicate(callback if paste else None, timeout=COMMAND_SECONDS)
                assert command.returncode == 0, f"`coffer connect` ended with {command.returncode}: {errors[-400:]}"
            finally:
                command.kill()
        return output

    def browse(self, url, user, wants_callback):
        """The person logs in and consents; returns the callback URL when it is wanted, else follows it."""
        settings = pathlib.Path(self.settings["dir"]) / "settings.json"
        arguments = [SCRIPTS / "browser", "--settings", settings, "--user", user, url]
        done = subprocess.run(list(map(str, arguments + (["--print-callback"] if wants_callback else []))), text=True,
                              capture_output=True, timeout=COMMAND_SECONDS)
        assert done.returncode == 0, done.stderr.strip()
        return done.stdout

    def token(self, path, *arguments):
        """A fresh access token; from now on it must not be seen on standard error."""
        token = self.run("token", path, *arguments).rstrip("\n")
        assert token and "\n" not in token, "`coffer token` does not print one line"
        self.secrets.append(token)
        return token

    def client_secret(self, path):
        """The client secret in force."""
        return self.run("get", path, "--field", "client_secret").rstrip("\n")

    def status(self):
        """Every connection by its path."""
        rows = json.loads(self.run("status", "--json"))
        return {row["path"]: row for row in rows["connections"]}


def new_home():
    """A folder for one person, removed by the caller."""
    return tempfile.TemporaryDirectory(prefix="coffer-interop-")

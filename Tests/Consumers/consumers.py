# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The programs that each format is for: given a file, each returns what they find in it, as bytes by name."""
import contextlib
import http.server
import json
import os
import pathlib
import shutil
import socketserver
import subprocess
import threading

SECONDS = 60
PLAIN = {"PATH": os.environ["PATH"]}


class Missing(Exception):
    """The program isn't here."""


class Absent(Exception):
    """The program isn't here, and make doesn't install it."""


def run(*command, given=b"", **more):
    environment = {**PLAIN, **more}
    done = subprocess.run([str(part) for part in command], env=environment, input=given, capture_output=True, timeout=SECONDS)
    assert done.returncode == 0 and not done.stderr, f"{command[0]} ended with {done.returncode}: {done.stderr[:300]!r}"
    return done.stdout


def program(name):
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} isn't installed")
    return found


def listed(output):
    """What env(1) prints, values ended with zeros."""
    return dict(part.split(b"=", 1) for part in output.split(b"\0") if b"=" in part)


def named(found):
    return {name.decode(): value for name, value in found.items()}


def shell(name):
    def read(file):
        sourced, evaluated = (
            {name: value for name, value in listed(run(program(name), "-c", script)).items() if name != b"_"}
            for script in (f'. "{file}" && exec /usr/bin/env -0',
                           f'text=$(cat "{file}") && eval "$text" && exec /usr/bin/env -0'))
        assert sourced == evaluated, "sourced and evaluated it has different values"
        return named(sourced)
    return read


def fish(file):
    return named(listed(run(program("fish"), "--no-config", "-c", f"source '{file}'; and exec /usr/bin/env -0",
                            HOME=str(pathlib.Path(file).parent))))


def json_parser(file):
    return {name: value.encode() for name, value in json.loads(pathlib.Path(file).read_bytes()).items()}


def python(interpreter, expression):
    """What an expression finds, in an environment with the packages."""
    def read(file):
        code = f"import sys, json; print(json.dumps({expression}))"
        found = json.loads(run(interpreter, "-c", code, file, PYTHONUTF8="1"))
        return {name: value.encode() for name, value in found.items()}
    return read


def node(file):
    """util.parseEnv, which is there since 20.12."""
    tool = shutil.which("node")
    if not tool:
        raise Absent("node isn't installed")
    if subprocess.run([tool, "-e", "process.exit(require('node:util').parseEnv ? 0 : 1)"], capture_output=True).returncode:
        raise Absent("node reads no such file before 20.12")
    code = ("const fs = require('node:fs'), util = require('node:util');"
            "console.log(JSON.stringify(util.parseEnv(fs.readFileSync(process.argv[1], 'utf8'))))")
    found = json.loads(run(tool, "-e", code, file))
    return {name: value.encode() for name, value in found.items()}


# What systemd-tmpfiles writes into a file for a field of os-release(5), and the longest of it (PATH_MAX).
RELEASE = {"ID": "%o", "BUILD_ID": "%B", "VARIANT_ID": "%W", "VERSION_ID": "%w"}
LONGEST_RELEASE = 4000


def environment_file(values, render):
    """systemd's own parser of EnvironmentFile=, by a program of systemd's that needs no running system.

    It reads os-release(5) with the same parser, and systemd-tmpfiles writes what it found into files: four values at a time.
    """
    tool, found, names = program("systemd-tmpfiles"), {}, sorted(values)
    for start in range(0, len(names), len(RELEASE)):
        some = dict(zip(RELEASE, names[start:start + len(RELEASE)]))
        folder = render({field: values[name] for field, name in some.items()}, "etc/os-release")
        (folder / "lines.conf").write_text("".join(f"f /{field} 0600 - - - {RELEASE[field]}\n" for field in some))
        for field in some:
            (folder / field).unlink(missing_ok=True)
        run(tool, f"--root={folder}", "--create", folder / "lines.conf")
        found.update({name: (folder / field).read_bytes() for field, name in some.items()})
    return found


def environment_generator(file):
    """systemd's generator for environment.d, which expands $ besides; what it prints is for a shell."""
    tool = next((path for path in (pathlib.Path(root) / "systemd/user-environment-generators/30-systemd-environment-d-generator"
                                   for root in ("/usr/lib", "/lib")) if path.exists()), None)
    if tool is None:
        raise Missing("systemd's environment generator isn't installed")
    folder = pathlib.Path(file).parent / "config"
    (folder / "environment.d").mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder / "environment.d" / "made-up.conf")
    return run(tool, XDG_CONFIG_HOME=str(folder), HOME=str(folder))


class Recording(http.server.BaseHTTPRequestHandler):
    """As much of Docker's engine as `docker create` asks for; what it was to create is kept."""
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.answer(200, b"")

    def do_GET(self):
        self.answer(200, b"{}")

    def do_POST(self):
        body = b""
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.created.append(json.loads(body))
        self.answer(201, b'{"Id": "0123456789ab", "Warnings": []}')

    def address_string(self):
        return "local"

    def log_message(self, *arguments):
        pass


@contextlib.contextmanager
def engine(folder):
    """A socket that answers as an engine does; yields its path and what was created."""
    path = str(folder / "engine.sock")
    with socketserver.ThreadingUnixStreamServer(path, Recording) as server:
        server.daemon_threads, server.created = True, []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield path, server.created
        finally:
            server.shutdown()
            thread.join()


def docker(file):
    """The docker client, against a socket that records."""
    tool = program("docker")
    folder = pathlib.Path(file).parent
    (folder / "engine.sock").unlink(missing_ok=True)
    with engine(folder) as (path, created):
        subprocess.run([tool, "-H", f"unix://{path}", "create", "--env-file", file, "made-up-image"], check=True,
                       env={**PLAIN, "HOME": str(folder)}, capture_output=True, timeout=SECONDS)
    found = dict(entry.split("=", 1) for entry in created[-1]["Env"])
    return {name: value.encode() for name, value in found.items()}


def github(file):
    """What the runner makes of the file that GITHUB_ENV names.

    Written from GitHub's documentation ("Setting an environment variable", "Multiline strings"), and held against the runner's
    SetEnvFileCommand by eye: the runner itself needs GitHub. Lines end with LF; a delimiter counts where it is a whole line.
    """
    lines, found = pathlib.Path(file).read_bytes().decode().split("\n"), {}
    assert lines.pop() == "", "the last line is not ended"
    while lines:
        line = lines.pop(0)
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, delimiter = line.split("<<", 1)
            assert name and delimiter, "no name or no delimiter"
            found[name] = "\n".join(lines[:lines.index(delimiter)]).encode()
            del lines[:lines.index(delimiter) + 1]
        else:
            name, value = line.split("=", 1)
            found[name] = value.encode()
    return found


def masked(output):
    """The values that the runner masks: of `::add-mask::`, with its escapes undone in the order of its ActionCommand."""
    lines = output.decode().split("\n")
    assert lines.pop() == "" and all(line.startswith("::add-mask::") for line in lines), "there is more than masks"
    data = (line.removeprefix("::add-mask::") for line in lines)
    return [text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%").encode() for text in data]


def gitlab(file):
    """What GitLab makes of a dotenv report.

    Written from GitLab's documentation of artifacts:reports:dotenv: a variable on each line, nothing else; spaces at the ends
    of a value go, and its variables are expanded.
    """
    text = pathlib.Path(file).read_bytes()
    assert len(text) <= 5 * 1024, "it is too large"
    lines, found = text.decode().split("\n"), {}
    assert lines.pop() == "" and all(lines), "there is an empty line"
    for line in lines:
        name, equals, value = line.partition("=")
        assert equals and name.replace("_", "a").isalnum() and name.isascii(), "a line is no variable"
        assert "$" not in value, "a variable would be expanded"
        assert len(value.split()) <= 1, "a value has a space"
        found[name] = value.strip().encode()
    return found

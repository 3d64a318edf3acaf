# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""How a test server lives and ends: `start`, `stop`, and what happens when the test dies first.

Three things end a server: `stop`, its keeper's end (standard input closes with --watch-stdin, or the process of
--watch-pid is gone), and its time limit. Its children are killed by the kernel if the supervisor itself is killed.
"""
import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

PR_SET_PDEATHSIG = 1  # linux/prctl.h
READY_SECONDS = 60
STOP_SECONDS = 10
TICK_SECONDS = 0.2
PORT_ATTEMPTS = 3  # to get a port that nobody else takes first
NOT_INSTALLED = 69  # EX_UNAVAILABLE
MARK = ".test-server"  # says that a folder is ours to delete
NEVER_KEPT = "COFFER_"  # no variable of ours reaches a server that nobody here wrote


class Failed(Exception):
    """One sentence about why the server is not there."""


class NotInstalled(Failed):
    """The server can't be had on this machine; whoever wanted it skips its tests, by name."""


class Supervisor:
    """Owns the folder and the processes of one server."""

    def __init__(self, folder):
        self.folder = folder
        self.children = []
        self.ending = threading.Event()

    def launch(self, arguments, log, pass_fds=()):
        """Starts a child that cannot outlive this process."""
        with open(self.folder / log, "ab") as output:
            child = subprocess.Popen(
                [str(argument) for argument in arguments], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, pass_fds=pass_fds, preexec_fn=die_with_parent if sys.platform == "linux" else None,
                env={k: v for k, v in os.environ.items() if not k.startswith(NEVER_KEPT)})
        self.children.append((child, log))
        return child

    def wait_until(self, ready, what):
        """Asks `ready()` until it is true; fails with the end of the log when a child dies or time is up."""
        limit = time.monotonic() + READY_SECONDS
        while time.monotonic() < limit and not self.ending.is_set():
            for child, log in self.children:
                if child.poll() is not None:
                    raise Failed(f"{what} ended with status {child.returncode}:\n{tail(self.folder / log)}")
            if ready():
                return
            time.sleep(0.03)
        raise Failed(f"{what} did not become ready in {READY_SECONDS} s:\n{tail(self.folder / self.children[-1][1])}")

    def start_at_port(self, start, port=None):
        """Runs `start(port)`, which waits for a child that can only be told a number: again where another program took that. The number."""
        for attempt in range(1, PORT_ATTEMPTS + 1):
            number = port or unused_port()
            try:
                start(number)
                return number
            except Failed:
                if attempt == PORT_ATTEMPTS or self.ending.is_set():
                    raise
                self.end_children()

    def stay(self, limit_seconds, watched_pid):
        """Returns when it is time to end: asked to, alone, out of time, or without a child that should live."""
        limit = time.monotonic() + limit_seconds
        while not self.ending.wait(TICK_SECONDS):
            if time.monotonic() > limit or (watched_pid and not alive(watched_pid)):
                return
            if any(child.poll() is not None for child, _ in self.children):
                return

    def end_children(self):
        """Ends the children: first asked, then killed."""
        for child, _ in self.children:
            if child.poll() is None:
                child.terminate()
        for child, _ in self.children:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children.clear()

    def end(self):
        """Ends everything; the folder stays, for whoever wants to read the logs."""
        self.end_children()
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "pid").unlink()


def wait_for_end_of_input(ending):
    """Sets the event when standard input ends; reads the descriptor, as a buffered reader may be locked at exit."""
    while os.read(0, 4096):
        pass
    ending.set()


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def tail(path, characters=2000):
    try:
        return path.read_text(errors="replace")[-characters:]
    except OSError:
        return ""


def bound_socket():
    """A listening socket on a free loopback port, for a child that can take it over."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


def unused_port():
    """A port for a child that can only be told a number. Another program may take it first: the caller tries again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def answers(port):
    """Whether something listens there."""
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def stop(folder):
    """Ends the server of this folder, if there is one. The pid is trusted only while its start time is the recorded one."""
    try:
        pid, started = json.loads((folder / "pid").read_text())
    except (OSError, ValueError):
        return
    if started != start_time(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        limit = time.monotonic() + 2 * STOP_SECONDS
        while start_time(pid) == started and time.monotonic() < limit:
            time.sleep(0.03)
        if start_time(pid) == started:
            os.kill(pid, signal.SIGKILL)


def start_time(pid):
    """Something that differs when the number was given to another process; None when there is none."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return None if fields[0] == "Z" else fields[19]
    except OSError:
        return "unknown" if not pathlib.Path("/proc").exists() and alive(pid) else None


def supervise(folder, arguments, serve, deliver):
    """Makes the server, delivers its settings, and stays until it is time to end. Returns an exit status."""
    supervisor = Supervisor(folder)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.ending.set())
    (folder / "pid").write_text(json.dumps([os.getpid(), start_time(os.getpid())]))
    if arguments.watch_stdin:
        threading.Thread(target=wait_for_end_of_input, args=(supervisor.ending,), daemon=True).start()
    try:
        begun = time.monotonic()
        settings = {"version": 1, **serve(arguments, supervisor), "dir": str(folder), "pid": os.getpid(),
                    "start_seconds": round(time.monotonic() - begun, 2)}
        text = json.dumps(settings)
        path = folder / "settings.json"
        path.touch(mode=0o600)
        path.write_text(text)
        deliver(text)
        supervisor.stay(arguments.time_limit, arguments.watch_pid)
        return 0
    except Failed as failure:
        print(f"{pathlib.Path(sys.argv[0]).name}: {failure}", file=sys.stderr)
        return NOT_INSTALLED if isinstance(failure, NotInstalled) else 1
    finally:
        supervisor.end()


def start(arguments, serve):
    """`start`: in the foreground with --watch-stdin, else in the background; the settings are one line on stdout."""
    folder = pathlib.Path(arguments.dir).absolute()
    stop(folder)
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).exists():
            sys.exit(f"{folder} is in use by something else; name a folder of the test's own")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / MARK).touch()
    if arguments.watch_stdin:
        def deliver(text):
            print(text, flush=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that a reader up to the end of the file ends as well
        return supervise(folder, arguments, serve, deliver)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        log = os.open(folder / "supervisor.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for ours, theirs in ((0, null), (1, log), (2, log)):
            os.dup2(theirs, ours)

        def deliver(text):
            os.write(writer, text.encode())
            os.close(writer)
        status = 1
        try:
            status = supervise(folder, arguments, serve, deliver)
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writer)
    with open(reader, encoding="utf-8") as delivered:
        settings = delivered.read()
    if not settings:
        _, ended = os.waitpid(child, 0)
        print(tail(folder / "supervisor.log").strip(), file=sys.stderr)
        return os.waitstatus_to_exitcode(ended) or 1
    print(settings, flush=True)
    return 0


def command(description, options, serve, actions=None):
    """Reads the command line of one server's script and does what it says. Returns an exit status.

    `options(parser)` adds the server's own flags to `start`; `actions` maps further verbs to (help, options, function).
    """
    parser = argparse.ArgumentParser(description=description)
    verbs = parser.add_subparsers(dest="verb", required=True)
    starting = verbs.add_parser("start", help="start it and print its settings as one line of JSON")
    starting.add_argument("--dir", required=True, help="a folder of its own; made anew")
    starting.add_argument("--port", type=int, default=0, help="the loopback port (default: a free one)")
    starting.add_argument("--tls", action="store_true", help="serve https with a test authority (ca_file)")
    starting.add_argument("--access-ttl", type=int, default=3600, metavar="SECONDS")
    starting.add_argument("--redirect-uri", action="append", metavar="URI", help="may be repeated")
    starting.add_argument("--watch-stdin", action="store_true", help="stay in front; end when standard input closes")
    starting.add_argument("--watch-pid", type=int, metavar="PID", help="end when this process is gone")
    starting.add_argument("--time-limit", type=int, default=3600, metavar="SECONDS", help="end by then (default 3600)")
    options(starting)
    verbs.add_parser("stop", help="end the server of this folder").add_argument("--dir", required=True)
    for verb, (text, add, _) in (actions or {}).items():
        add(verbs.add_parser(verb, help=text))
    arguments = parser.parse_args()
    if arguments.verb == "start":
        arguments.redirect_uri = arguments.redirect_uri or ["http://127.0.0.1:9/callback"]
        return start(arguments, serve)
    if arguments.verb == "stop":
        return stop(pathlib.Path(arguments.dir).absolute())
    return actions[arguments.verb][2](arguments)

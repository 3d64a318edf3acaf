# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL primary with one synchronous standby, and what an operator does when the primary is gone."""
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import tempfile

import world as worlds
from peer import life, postgres

START_SECONDS = 60
COMMAND_SECONDS = 120
# How long an operator's question may take where the server may hang.
QUESTION_SECONDS = 10
DISK_MIB = 320
DATABASE = "chaos"
# In the file of settings, which is one of those that are copied: what is each one's own is told when it is started.
SETTINGS = {
    "max_connections": 150, "shared_buffers": "32MB", "max_wal_size": "64MB", "min_wal_size": "32MB",
    # What pg_rewind needs: hints in the log, and enough of it.
    "wal_log_hints": "on", "wal_keep_size": "64MB", "wal_retrieve_retry_interval": "200ms",
    # Both have it, as each is the primary some time.
    "synchronous_standby_names": "ANY 1 (member1, member2)",
    "logging_collector": "off", "jit": "off",
}


class Member:
    """One server, which is the primary or the standby."""

    def __init__(self, cluster, number):
        self.cluster, self.number, self.name, self.process = cluster, number, f"member{number}", None
        self.folder = cluster.folder / self.name
        self.data, self.filler = self.folder / "data", self.folder / "filler"
        self.folder.mkdir(mode=0o700)
        if cluster.network.may_mount:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0700", "tmpfs", self.folder], check=True)
        postgres.give(cluster.user, self.folder)
        self.settings = {**cluster.network.listening(number), "unix_socket_directories": self.folder}
        self.port = self.settings["port"]
        self.socket = str(self.folder / f".s.PGSQL.{self.port}")

    @property
    def other(self):
        return next(one for one in self.cluster.members if one is not self)

    def place(self, name=DATABASE):
        """What PostgreSQL's own programs are told to find it."""
        return f"host={self.folder} port={self.port} user={postgres.USER} dbname={name}"

    # Running

    def start(self):
        settings = {**self.settings, "primary_conninfo": f"{self.other.place('postgres')} application_name={self.name}"}
        arguments = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        with open(self.cluster.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [*self.cluster.prefix, self.cluster.binaries / "postgres", "-D", self.data, *arguments], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=worlds.die_with_parent)
        worlds.until(self.answers, START_SECONDS, f"{self.name} did not start")

    def answers(self):
        if not self.runs():
            raise worlds.Trouble(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")
        ready = [self.cluster.binaries / "pg_isready", "--quiet", "--timeout=1", "-d", self.place()]
        return subprocess.run(ready).returncode == 0

    def runs(self):
        return self.process is not None and self.process.poll() is None

    def last_words(self):
        return life.tail(self.cluster.folder / f"{self.name}.log", 500)

    def processes(self):
        """The server's own process, and its children."""
        found = [self.process.pid] if self.runs() else []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            if found and parent == found[0]:
                found.append(int(folder.name))
        return found

    def tell(self, number):
        """A signal for all of them, the first one first, which then makes no other."""
        told = set()
        while missing := [one for one in self.processes() if one not in told]:
            for one in missing:
                told.add(one)
                try:
                    os.kill(one, number)
                except ProcessLookupError:
                    pass
        return told

    def kill(self):
        """As a machine dies."""
        told = self.tell(signal.SIGSTOP) if self.runs() else set()
        for one in told:
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.process:
            self.process.wait(COMMAND_SECONDS)
        worlds.until(lambda: not any(life.start_time(one) for one in told), START_SECONDS, f"{self.name} did not die")

    def hang(self):
        """As a machine hangs: connections stand, and nobody answers. Should this program end, the processes go on, and so end."""
        told = self.tell(signal.SIGSTOP)
        waker = subprocess.Popen(["sh", "-c", 'read line; kill -CONT "$@"', "sh", *map(str, told)], stdin=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        return lambda: waker.communicate(timeout=COMMAND_SECONDS)

    # Asking

    def sql(self, text, name=DATABASE):
        return self.program("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.place(name), "-c", text)

    def knows(self, text):
        """Whether something is so; one that does not answer knows nothing."""
        try:
            return self.sql(text, "postgres") == "t"
        except worlds.Trouble:
            return False

    def program(self, name, *arguments, prefix=(), seconds=COMMAND_SECONDS):
        done = subprocess.run([*prefix, self.cluster.binaries / name, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=seconds,
                              env={**os.environ, "PGCONNECT_TIMEOUT": str(QUESTION_SECONDS)})
        if done.returncode:
            raise worlds.Trouble(f"{name} at {self.name} ended with {done.returncode}: {done.stderr.strip()[-400:]}; {self.last_words()}")
        return done.stdout.strip()

    # Filling

    def fill(self):
        """Leaves no byte of its disk free."""
        with open(self.filler, "wb", buffering=0) as file:
            piece = b"\1" * (1 << 16)
            while piece:
                try:
                    file.write(piece)
                except OSError:
                    piece = piece[:len(piece) // 2]

    def empty(self):
        self.filler.unlink(missing_ok=True)


class Cluster:
    """The two, on files of their own."""

    def __init__(self, network):
        self.network = network
        self.binaries, (self.prefix, self.user) = postgres.programs(), postgres.unprivileged()
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="coffer-pg-", dir=memory))
        self.folder.chmod(0o711)
        self.members, self.copies, self.rewinds = [], 0, 0
        try:
            self.begin()
        except BaseException:
            self.close()
            raise

    def begin(self):
        password, given = secrets.token_urlsafe(18), self.folder / "password"
        given.write_text(password)
        postgres.give(self.user, given)
        self.passwords = self.folder / "pgpass"
        self.passwords.touch(mode=0o600)
        self.passwords.write_text(f"*:*:*:*:{password}\n")
        self.members = [Member(self, number) for number in (1, 2)]
        self.primary, self.standby = self.members
        try:
            # Each failover begins a piece of the log in a file of its own.
            postgres.make(self.binaries, self.prefix, self.primary.data, given, "--wal-segsize=1")
        except life.Failed as failure:
            raise worlds.Trouble(str(failure)) from failure
        with open(self.primary.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in SETTINGS.items())
        self.primary.start()
        self.copy()
        self.standby.start()
        self.wait_until_synchronous()
        self.primary.sql(f"CREATE DATABASE {DATABASE}", "postgres")

    def make_users(self, names, roles):
        """Users in the group of issuers, with the password that all of them have."""
        self.primary.program("psql", "-Xq", "-d", self.primary.place(), "-f", roles)
        password = self.passwords.read_text().strip().split(":")[-1]
        for name in names:
            self.primary.sql(f"CREATE ROLE {name} LOGIN IN ROLE coffer_issuer PASSWORD '{password}'")

    def url(self, machine, user):
        """What a machine is told: both servers, of which it takes the one that can be written."""
        places = [self.network.place(machine, member) for member in self.members]
        hosts = ",".join(f"{host}:{port}" for host, port in places)
        return f"postgres://{user}@{hosts}/{DATABASE}?target_session_attrs=read-write&passfile={self.passwords}"

    # What an operator does

    def promote(self):
        """The standby is the primary from now on. The other one must be dead by then, or out of everybody's reach."""
        if self.standby.sql("SELECT pg_promote(true, 60)") != "t":
            raise worlds.Trouble("the standby was not promoted")
        self.primary, self.standby = self.standby, self.primary

    def rejoin(self):
        """The former primary, which is dead, becomes the standby: rewound, or copied anew where that can't be."""
        old = self.standby
        old.empty()
        # Before it the primary's own record says that nothing has forked (fixed in PostgreSQL 16).
        self.primary.sql("CHECKPOINT")
        try:
            old.program("pg_rewind", f"--target-pgdata={old.data}", f"--source-server={self.primary.place('postgres')}",
                        prefix=self.prefix)
            self.rewinds += 1
        except worlds.Trouble:
            shutil.rmtree(old.data)
            self.copy()
            self.copies += 1
        self.start_standby()

    def copy(self):
        self.standby.program(
            "pg_basebackup", "-D", self.standby.data, "-d", self.primary.place("postgres"), "-X", "stream", "-c", "fast",
            "--no-sync", prefix=self.prefix)
        self.mark()

    def mark(self):
        mark = self.standby.data / "standby.signal"
        mark.touch(mode=0o600)
        postgres.give(self.user, mark)

    def start_standby(self):
        self.mark()
        self.standby.start()
        self.wait_until_synchronous()

    def wait_until_synchronous(self):
        def is_synchronous():
            return self.primary.knows("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum') "
                                      "AND state = 'streaming'")
        worlds.until(is_synchronous, START_SECONDS, "the standby did not follow")

    def close(self):
        for member in self.members:
            member.kill()
            if self.network.may_mount:
                subprocess.run(["umount", "-l", member.folder], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)

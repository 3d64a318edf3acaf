# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Networks between machines and the members of a cluster that can be cut: packets of a network namespace that are dropped, or, where
there may be none, relays that stop passing bytes. A cut is silent: nobody is told, and nothing is closed."""
import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading

# Says that this process is in a namespace of its own.
INSIDE = "--in-own-network"
# Below those that the system gives to whoever asks for any.
FIRST_PORT = 5431
LOCK_SECONDS = 10


def enter():
    """Goes on in a network of its own, with mounts of its own, where that is permitted."""
    if INSIDE in sys.argv or os.geteuid() != 0 or not shutil.which("unshare"):
        return
    tried = ["unshare", "--net", "--mount", "sh", "-c",
             "ip link set lo up && iptables -A OUTPUT -d 127.0.1.1 -j DROP && mount -t tmpfs tmpfs /mnt"]
    if subprocess.run(tried, capture_output=True).returncode == 0:
        os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv, INSIDE])


def network():
    """The network of this process."""
    if INSIDE not in sys.argv:
        return Relays()
    sys.argv.remove(INSIDE)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    return Packets()


class Packets:
    """A namespace: each machine has an address of the servers for itself, and packets to and from there are dropped."""

    name = "packets dropped in a network namespace"
    may_mount = True

    @staticmethod
    def listening(number):
        return {"listen_addresses": "0.0.0.0", "port": FIRST_PORT + number}

    @staticmethod
    def place(machine, member):
        """Where a machine finds a server."""
        return f"127.0.1.{machine}", member.port

    def cut(self, member, machine=None):
        """Nothing goes between a server and a machine, or all of them, from now on."""
        self.rules("-A", member, machine)

    def heal(self, member, machine=None):
        self.rules("-D", member, machine)

    @staticmethod
    def rules(verb, member, machine):
        place = "127.0.1.0/24" if machine is None else f"127.0.1.{machine}"
        for side in (["-d", place, "-p", "tcp", "--dport"], ["-s", place, "-p", "tcp", "--sport"]):
            subprocess.run(["iptables", "-w", str(LOCK_SECONDS), verb, "OUTPUT", *side, str(member.port), "-j", "DROP"], check=True)

    def close(self):
        """The namespace goes with its last process."""


class Relays:
    """A relay for each machine and server, before the server's socket."""

    name = "relays that stop passing bytes"
    may_mount = False

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.relays = {}
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    @staticmethod
    def listening(number):
        return {"listen_addresses": "", "port": FIRST_PORT + number}

    def place(self, machine, member):
        key = (machine, member.number)
        if key not in self.relays:
            self.relays[key] = self.ask(Relay.make(member.socket))
        return "127.0.0.1", self.relays[key].port

    def ask(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(LOCK_SECONDS)

    def cut(self, member, machine=None):
        self.change(member, machine, 1)

    def heal(self, member, machine=None):
        self.change(member, machine, -1)

    def change(self, member, machine, count):
        async def change():
            for (one, number), relay in self.relays.items():
                if number == member.number and machine in (None, one):
                    relay.change(count)
        self.ask(change())

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)


class Relay:
    """Passes bytes between a port and a socket, while nothing cuts it; who connects meanwhile hears nothing."""

    @classmethod
    async def make(cls, target):
        relay = cls()
        relay.target, relay.cuts, relay.is_open = target, 0, asyncio.Event()
        relay.is_open.set()
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        relay.port = listening.getsockname()[1]
        relay.server = await asyncio.start_server(relay.serve, sock=listening)
        return relay

    def change(self, count):
        self.cuts += count
        if self.cuts:
            self.is_open.clear()
        else:
            self.is_open.set()

    async def serve(self, reader, writer):
        await self.is_open.wait()
        try:
            there, back = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self.pass_on(reader, back), self.pass_on(there, writer))

    async def pass_on(self, reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                await self.is_open.wait()
                writer.write(data)
                await writer.drain()
        await self.is_open.wait()
        writer.close()

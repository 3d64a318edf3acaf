# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Finds bytes in the memory of another process, and says in what kind of mapping they lie."""
import base64
import pathlib
import re

# Long enough to be there by no accident, short enough to find a copy whose ends are gone.
WINDOW = 18
CHUNK = 16 << 20


def windows(secret):
    """Two pieces of a secret: one from its last quarter, and its end (of a JWT, both are the signature's)."""
    if len(secret) <= WINDOW:
        return [secret]
    at = max(0, len(secret) * 3 // 4 - WINDOW // 2)
    return list({secret[at:at + WINDOW], secret[-WINDOW:]})


def forms(piece):
    """Raw; percent-encoded, where that differs; base64 and base64url as they read at each of the three alignments."""
    found = {("raw", piece)}
    for digits in ("%%%02X", "%%%02x"):
        text = b"".join(bytes([b]) if chr(b).isalnum() and b < 128 or b in b"-._~" else (digits % b).encode() for b in piece)
        if text != piece:
            found.add(("percent", text))
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            text = alphabet(bytes(shift) + piece).rstrip(b"=")
            # Without the characters that depend on what stands before and behind.
            text = text[(0, 2, 3)[shift]:]
            found.add(("base64", text[:-1] if (shift + len(piece)) % 3 else text))
    return found


class Mapping:
    def __init__(self, start, end, rights, name):
        self.start, self.end, self.rights, self.name, self.flags = start, end, rights, name, set()

    @property
    def is_guarded(self):
        # sodium_malloc: locked (mlock) and left out of core files (MADV_DONTDUMP), as nothing else is.
        return "dd" in self.flags and "lo" in self.flags

    def kind(self, stacks):
        if self.is_guarded:
            return "guarded"
        if self.name == "[stack]" or any(self.start <= stack < self.end for stack in stacks):
            return "stack"
        if self.name == "[heap]" or not self.name:
            return "heap"
        return self.name


def mappings(pid):
    """Every mapping that can be read, with its flags."""
    found = []
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line)
        if head:
            found.append(Mapping(int(head[1], 16), int(head[2], 16), head[3], head[4]))
        elif line.startswith("VmFlags:"):
            found[-1].flags = set(line.split()[1:])
    return [mapping for mapping in found if mapping.name not in ("[vvar]", "[vsyscall]", "[vdso]")]


def stacks(pid):
    """Where each waiting thread's stack pointer is."""
    pointers = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        words = (task / "syscall").read_text().split()
        if len(words) >= 3:
            pointers.append(int(words[-2], 16))
    return pointers


def search(pid, secrets):
    """Yields (name, form, kind of mapping, address) for each place in which a piece of a secret lies."""
    patterns = {}
    for name, secret in secrets:
        for piece in windows(secret):
            for form, text in forms(piece):
                patterns.setdefault(text, (name, form, piece))
    pattern = re.compile(b"|".join(re.escape(text) for text in patterns))
    tops = stacks(pid)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for mapping in mappings(pid):
            # Those that can't be read for the process itself, guard pages among them, can't hold anything.
            if "r" not in mapping.rights:
                continue
            for start in range(mapping.start, mapping.end, CHUNK):
                try:
                    memory.seek(start)
                    data = memory.read(min(CHUNK + 64, mapping.end - start))
                except OSError:
                    continue
                for match in pattern.finditer(data):
                    if match.start() < CHUNK:
                        name, form, piece = patterns[match.group()]
                        yield name, form, piece, mapping.kind(tops), start + match.start()

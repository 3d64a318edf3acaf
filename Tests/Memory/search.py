# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Finds bytes in the memory of another process, and says in what kind of mapping they lie."""
import base64
import collections
import pathlib
import re

# Long enough to be there by no accident, short enough to find a copy whose ends are gone.
WINDOW = 18
# A key's length; an expanded one has twice as many bytes.
LONGEST_KEY = 64
CHUNK = 16 << 20


def windows(secret):
    """Pieces of a secret: one from its last quarter, and its end (of a JWT, both are the signature's); of a key its beginning too.

    How a token begins is no secret: a JWT's header is that of all others.
    """
    if len(secret) <= WINDOW:
        return [secret]
    at = max(0, len(secret) * 3 // 4 - WINDOW // 2)
    beginning = {secret[:WINDOW]} if len(secret) <= LONGEST_KEY else set()
    return list({secret[at:at + WINDOW], secret[-WINDOW:]} | beginning)


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


def anchors(texts, sample):
    """A few bytes, rare in the sample, of which each text holds at least one: {text: where in it}."""
    frequency = [sample.count(byte) + 1 for byte in range(256)]
    missing, chosen = set(texts), {}
    while missing:
        held = collections.Counter(byte for text in missing for byte in set(text))
        best = max(held, key=lambda byte: held[byte] / frequency[byte])
        for text in [text for text in missing if best in text]:
            chosen[text] = text.index(best)
            missing.discard(text)
    return chosen


class Needles:
    """Many texts that are looked for at once: `re` is fast where few bytes can begin a match."""

    def __init__(self, texts, sample):
        self.texts = collections.defaultdict(list)
        for text, at in anchors(texts, sample).items():
            self.texts[text[at:]].append((text, at))
        self.pattern = re.compile(b"|".join(re.escape(rest) for rest in sorted(self.texts, key=len, reverse=True)))

    def found(self, data):
        """Each text that occurs, with its place; one for each place where a text's rest begins."""
        for match in self.pattern.finditer(data):
            for text, at in self.texts[match.group()]:
                if data[max(0, match.start() - at):match.end()] == text:
                    yield text, match.start() - at


def search(pid, secrets):
    """Yields (name, form, kind of mapping, address) for each place in which a piece of a secret lies."""
    patterns = {}
    for name, secret in secrets:
        for piece in windows(secret):
            for form, text in forms(piece):
                patterns.setdefault(text, (name, form, piece))
    tops = stacks(pid)
    needles = None
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
                needles = needles or Needles(patterns, data)
                for text, at in needles.found(data):
                    if at < CHUNK:
                        name, form, piece = patterns[text]
                        yield name, form, piece, mapping.kind(tops), start + at

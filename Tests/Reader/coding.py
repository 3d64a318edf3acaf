# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The encoding and the primitives of docs/vault-format.md, as that page states them and from nothing else."""
import base64
import binascii
import hashlib
import json
import re
import struct

from nacl import bindings, pwhash
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey


class Damaged(Exception):
    """What does not decode, verify or open; the message says where."""


def hashed(message):
    """H(m)."""
    return hashlib.blake2b(message, digest_size=32).digest()


def mac(key, message):
    """MAC(k, m)."""
    return hashlib.blake2b(message, digest_size=32, key=key).digest()


def derive(key, label, context=b""):
    """KDF(k, label, context)."""
    person = label.encode().ljust(16, b"\0")
    return hashlib.blake2b(context, digest_size=32, key=key, salt=bytes(16), person=person).digest()


def unseal(key, box, data, what):
    """SEAL's other way."""
    if len(box) < 40:
        raise Damaged(f"{what}: the box is too short")
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box[24:], data, box[:24], key)
    except CryptoError:
        raise Damaged(f"{what}: the box does not open") from None


def verify(key, signature, message, what):
    """SIGN's other way."""
    try:
        VerifyKey(key).verify(message, signature)
    except (CryptoError, ValueError):
        raise Damaged(f"{what}: the signature is not valid") from None


class Newer(Exception):
    """What the page says must be left to a newer program."""


class Reader:
    """Takes values off a sequence of bytes."""

    def __init__(self, data, what):
        self.data, self.what, self.at = data, what, 0

    def fixed(self, count):
        if count > len(self.data) - self.at:
            raise Damaged(f"{self.what}: cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self, bits):
        return int.from_bytes(self.fixed(bits // 8), "big")

    def signed(self):
        return int.from_bytes(self.fixed(8), "big", signed=True)

    def var(self):
        return self.fixed(self.unsigned(32))

    def text(self):
        return utf8(self.var(), self.what)

    def flag(self):
        value = self.unsigned(8)
        if value > 1:
            raise Damaged(f"{self.what}: a flag is neither 0 nor 1")
        return value == 1

    def label(self, label):
        found = self.text()
        if found == label:
            return
        stem, number = found.rsplit(" ", 1) if " " in found else (found, "")
        if stem == label.rsplit(" ", 1)[0] and number.isascii() and number.isdigit() and len(number) <= 4 and \
                int(number) > int(label.rsplit(" ", 1)[1]):
            raise Newer(f"{self.what}: {found!r}")
        raise Damaged(f"{self.what}: not {label!r}")

    def many(self, bits, item):
        return [item(self) for _ in range(self.unsigned(bits))]

    def end(self):
        if self.at != len(self.data):
            raise Damaged(f"{self.what}: bytes are left over")


def utf8(data, what):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Damaged(f"{what}: a text is no UTF-8") from None


def parsed(data, what):
    """An object of JSON out of a box."""
    try:
        found = json.loads(utf8(data, what))
    except (ValueError, RecursionError):
        raise Damaged(f"{what}: no JSON") from None

    def depth(value):
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inside is None else 1 + max(map(depth, inside), default=0)

    if not isinstance(found, dict) or depth(found) > 32:
        raise Damaged(f"{what}: no object, or too deep a one")
    return found


def is_path(line, counts=range(2, 9)):
    """Whether a text is a path; with `counts` (1,), one segment of it."""
    segments = line.split("/")
    return len(segments) in counts and all(
        re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", segment, re.ASCII) for segment in segments)


def argon2id(passphrase, salt, passes, memory):
    """32 bytes of Argon2id 1.3 in one lane."""
    return pwhash.argon2id.kdf(32, passphrase, salt, opslimit=passes, memlimit=memory)


def rows(database, what, query, values, kinds):
    """Rows of a query whose columns are of these kinds: `i` integer, `b` bytes, `t` text; in capitals, or NULL."""
    types = {"i": int, "b": bytes, "t": str}
    for row in database.execute(query, values):
        for value, kind in zip(row, kinds, strict=True):
            if type(value) is not types[kind.lower()] and not (value is None and kind.isupper()):
                raise Damaged(f"{what}: a column is of another type")
        yield row


def var(data):
    return struct.pack(">I", len(data)) + data


def text(value):
    return var(value.encode())


def unsigned(value, bits):
    try:
        return value.to_bytes(bits // 8, "big")
    except OverflowError:
        raise Damaged(f"{value} does not fit into {bits} bits") from None


def optional(value):
    return b"\0" if value is None else b"\1" + value.to_bytes(8, "big", signed=True)


def base64url(line):
    """Without padding; the bits that fill the last character are zero."""
    try:
        data = base64.b64decode(line + "=" * (-len(line) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Damaged("base64url: it is none") from None
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != line:
        raise Damaged("base64url: not written the one way")
    return data

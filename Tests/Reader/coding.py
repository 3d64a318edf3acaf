# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The encoding and the primitives of docs/vault-format.md, as that page states them and from nothing else."""
import base64
import hashlib
import struct

from nacl import bindings
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
        return self.var().decode()

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


def var(data):
    return struct.pack(">I", len(data)) + data


def text(value):
    return var(value.encode())


def unsigned(value, bits):
    return value.to_bytes(bits // 8, "big")


def optional(value):
    return b"\0" if value is None else b"\1" + value.to_bytes(8, "big", signed=True)


def base64url(line):
    """Without padding; the bits that fill the last character are zero."""
    data = base64.b64decode(line + "=" * (-len(line) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != line:
        raise Damaged("base64url: not written the one way")
    return data

# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Values that formats have trouble with: by name, and at random."""
import random

# The order counts: a value that begins a line of its own, or ends one, stands among others.
NAMED = {
    "plain": b"made-up-token_1.2/3+4==",
    "space": b" ",
    "spaces": b"  made up\t ",
    "line break": b"\n",
    "lines": b"made-up-one\nmade-up-two\n",
    "lines around": b"\n\nmade-up\n\n",
    "crlf": b"made-up-one\r\nmade-up-two\r\n",
    "cr": b"made-up\rone",
    "cr at the end": b"made-up\r",
    "single quote": b"it's made up",
    "single quotes": b"'made-up'",
    "double quotes": b'"made-up"',
    "both quotes": b"'\"made-up\"'",
    "one quote": b"'",
    "backslash": b"made\\nup\\x",
    "backslashes": b"made\\\\up\\\\",
    "backslash at the end": b"made-up\\",
    "quoted quote": b"made\\'up\\\"",
    "backslash and line break": b"made\\\nup",
    "dollar": b"$HOME ${HOME} $(id) $1 $$",
    "dollar name": b"$HOME-made-up",
    "dollar at the end": b"made-up$",
    "backticks": b"`id`",
    "hash": b"#made #up",
    "space and hash": b"made #up",
    "equals": b"=made=up=",
    "exclamation": b"made!up !! !x",
    "percent": b"%0A %25 %s %h made%up",
    "json": b'{"type": "made_up", "private_key": "-----BEGIN-----\\nx\\n"}',
    "pem": b"-----BEGIN MADE UP KEY-----\nTUFERQ==\nVVA=\n-----END MADE UP KEY-----\n",
    "markup": b"<made & up>; | > /dev/null && false",
    "assignments": b"made-up\nINJECTED=1\nexport INJECTED=1\n",
    "quoted assignments": b"made-up'\nINJECTED=1\nX='",
    "double-quoted assignments": b'made-up"\nINJECTED=1\nX="',
    "commands": b"::set-env name=INJECTED::1\n::add-mask::x\n::stop-commands::x",
    "heredoc": b"INJECTED<<EOF\n1\nEOF\n",
    "yaml": b"- a: &b [*c]\n---\n... !d",
    "null word": b"null",
    "number": b"1e3",
    "yes": b"yes",
    "tilde": b"~/made-up",
    "glob": b"* ? [a-z] {a,b}",
    "braces": b"{{ coffer://main/plain }}",
    "unicode": "é ü € 漢字 😀 \u202e \u2028\u2029 \ufeff \u0085".encode(),
    "byte order mark": "\ufeffmade-up".encode(),
    "noncharacters": "made\ufdd0up \uffff \U0001fffe".encode(),
    "private use": "made\ue000up \uf600 \uf6ff \uf8ff \U0010fffd".encode(),
    "nbsp": "\u00a0made-up\u00a0".encode(),
    "controls": bytes(range(1, 32)) + b"\x7f",
    "escape": b"\x1b[31mmade-up\x1b[0m",
    "no utf-8": b"made-up \xff\xfe\xc3",
    "all bytes": bytes(range(1, 256)),
    "zero": b"made\x00up",
    "long": b"made-up-" * 500,
    "longer": b"0123456789abcdef" * 4000,
    "very long": b"made up 'x' \n" * 20000,
}

# Of what stands where a format has rules.
PIECES = [b"a", b"B", b"0", b"_", b" ", b"\t", b"\n", b"\r", b"'", b'"', b"\\", b"$", b"{", b"}", b"`", b"#", b"=", b"!",
          b"%", b":", b";", b"<", b"<<", b"A=", b"::", b"-", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\x01", b"\x7f"]
# Of which most formats can say everything.
TAME = [b"a", b"B", b"0", b"_", b" ", b"'", b'"', b"\\", b"$", b"`", b"#", b"=", b"!", b"%", b":", b"\n"]


def by_chance(seed, count):
    """Random values, the same for a seed."""
    numbers = random.Random(seed)
    return {f"random {index}": b"".join(numbers.choices(PIECES if index % 2 else TAME, k=numbers.randint(1, 12)))
            for index in range(count)}

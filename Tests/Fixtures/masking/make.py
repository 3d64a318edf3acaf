#!/usr/bin/env python3
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Writes corpus.json anew: what encoders that people use make of made-up secrets.

Each case has the secrets, a text that holds what an encoder made of them, and the text as it may be shown, all in base64. Of the
encoders are needed: Python, node, jq, perl, openssl, xxd, od and coreutils' base64.
"""
import base64
import html
import json
import os
import subprocess
import urllib.parse

PLAIN = b"made-up-token-0123456789-abcdefghij"
AWKWARD = "made up \"p?ss\"/word\\ <é&ü> 'x'+=%,".encode()
BYTES = bytes([0x80, 0xFF, 0x00, 0x01, 0xC3, 0x28, 0xFE, 0xED, 0xFA, 0xCE, 0x0A, 0x0D, 0x42, 0x99])
LONG = b"made-up-" + bytes((n * 7 + 3) & 0xFF for n in range(192))
KEY = b"-----BEGIN MADE UP KEY-----\nbWFkZS11cC1saW5lLW9uZQ\nbWFkZS11cC1saW5lLXR3bw\n-----END MADE UP KEY-----"

cases = []


def tool(*command, of=b"", **more):
    return subprocess.run(command, input=of, stdout=subprocess.PIPE, check=True, **more).stdout.rstrip(b"\n")


def node(expression, secret):
    script = f"const s=require('fs').readFileSync(0);process.stdout.write({expression})"
    return tool("node", "-e", script, of=secret)


def case(by, secrets, text, shown):
    cases.append({"by": by} | {
        key: base64.b64encode(value).decode() for key, value in (("text", text), ("shown", shown))
    } | {"secrets": [base64.b64encode(secret).decode() for secret in secrets]})


def alone(by, secret, encoded):
    """The encoded secret between two marks."""
    case(by, [secret], b"token=<" + encoded + b">\n", b"token=<***>\n")


for secret in (PLAIN, AWKWARD, BYTES, LONG):
    alone("nothing", secret, secret)
    alone("coreutils base64 -w 0", secret, tool("base64", "-w", "0", of=secret))
    alone("coreutils base64", secret, tool("base64", of=secret))
    alone("openssl base64", secret, tool("openssl", "base64", of=secret))
    alone("openssl base64 -A", secret, tool("openssl", "base64", "-A", of=secret))
    alone("Python urlsafe_b64encode", secret, base64.urlsafe_b64encode(secret))
    alone("Python encodebytes", secret, base64.encodebytes(secret).rstrip())
    alone("node base64url", secret, node("s.toString('base64url')", secret))
    alone("perl MIME::Base64", secret, tool("perl", "-MMIME::Base64", "-0777ne", "print encode_base64($_)", of=secret))
    alone("xxd -p", secret, tool("xxd", "-p", of=secret))
    alone("xxd -p -u -c 256", secret, tool("xxd", "-p", "-u", "-c", "256", of=secret))
    alone("openssl rand's hexadecimal", secret, secret.hex().encode())
    alone("Python quote", secret, urllib.parse.quote_from_bytes(secret).encode())
    alone("Python quote, nothing kept", secret, urllib.parse.quote_from_bytes(secret, safe="").encode())
    alone("Python quote_plus", secret, urllib.parse.quote_plus(secret).encode())
for secret in (PLAIN, AWKWARD):
    text = secret.decode()
    alone("node encodeURIComponent", secret, node("encodeURIComponent(s.toString())", secret))
    alone("node encodeURI", secret, node("encodeURI(s.toString())", secret))
    alone("node URLSearchParams", secret, node("new URLSearchParams({t:s.toString()}).toString().slice(2)", secret))
    alone("node JSON.stringify", secret, node("JSON.stringify(s.toString()).slice(1,-1)", secret))
    alone("jq @uri", secret, tool("jq", "-Rsr", "@uri", of=secret))
    alone("jq @base64", secret, tool("jq", "-Rsr", "@base64", of=secret))
    alone("jq tojson", secret, tool("jq", "-Rs", ".", of=secret)[1:-1])
    alone("jq -a tojson", secret, tool("jq", "-aRs", ".", of=secret)[1:-1])
    alone("Python json.dumps", secret, json.dumps(text).encode()[1:-1])
    alone("Python json.dumps, not ASCII alone", secret, json.dumps(text, ensure_ascii=False).encode()[1:-1])

# Documents, headers and addresses that hold it.
case("jq, a document", [AWKWARD], tool("jq", "-cRs", '{a: 1, token: ., z: [.]}', of=AWKWARD),
     b'{"a":1,"token":"***","z":["***"]}')
for user in ("", "u", "us", "use", "made-up-user"):
    # What is left of the encoding belongs to the name alone, whole characters of six bits.
    encoded = base64.b64encode(user.encode() + b":" + PLAIN)
    kept = (len(user) + 1) * 8 // 6
    case("basic authentication (RFC 7617)", [PLAIN], b"authorization: Basic " + encoded + b"\r\n",
         b"authorization: Basic " + encoded[:kept] + b"***\r\n")
case("a connection string", [AWKWARD],
     b"postgres://u:" + urllib.parse.quote_from_bytes(AWKWARD, safe="").encode() + b"@127.0.0.1/db",
     b"postgres://u:***@127.0.0.1/db")
case("a form", [PLAIN, AWKWARD], urllib.parse.urlencode({"client_secret": AWKWARD, "refresh_token": PLAIN}).encode(),
     b"client_secret=***&refresh_token=***")
case("colours around it", [PLAIN], b"\x1b[31m" + PLAIN + b"\x1b[0m", b"\x1b[31m***\x1b[0m")
case("bytes that are no UTF-8 around it", [PLAIN], b"\xff\xc3" + PLAIN + b"\x80\xe2\x82", b"\xff\xc3***\x80\xe2\x82")
case("a zero byte on each side", [PLAIN], b"\0" + PLAIN + b"\0", b"\0***\0")
case("a key of several lines", [KEY], b"<" + KEY + b">", b"<***>")
case("a key of several lines, ended as Windows does", [KEY], KEY.replace(b"\n", b"\r\n"), b"***")
case("a key in JSON", [KEY], b'{"k":' + json.dumps(KEY.decode()).encode() + b"}", b'{"k":"***"}')

# Secrets that overlap others and themselves.
case("beside itself", [PLAIN], PLAIN + PLAIN, b"***")
case("begun twice", [PLAIN], PLAIN[:20] + PLAIN, PLAIN[:20] + b"***")
case("one in another", [b"made-up-inner", b"x-made-up-inner-y"], b"x-made-up-inner-y made-up-inner x-made-up-inner.",
     b"*** *** x-***.")
case("one that ends as another begins", [b"made-up-head-tail", b"tail-made-up-rest"], b"made-up-head-tail-made-up-rest", b"***")
case("one that is its own beginning", [b"abcabcabcabc"], b"abcabcabcabcabcabcab", b"***ab")
case("one letter", [b"a" * 12], b"b" + b"a" * 40 + b"b", b"b***b")

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "corpus.json"), "w", encoding="utf-8") as file:
    json.dump(cases, file, indent=1)
    file.write("\n")
print(len(cases), "cases")

# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a server's request log and says what was sent that should not have been.

The log's lines are described in scripts/servers/peer/record.py; secrets in them are digests. A browser's requests are
left out: they are the person's, not the program's.
"""
import json

BROWSER = "coffer-test-browser"
# Answers that say "not processed": the refresh token is presumed unspent and may be sent again.
UNPROCESSED = {401, 403, 408, 429, 500, 502, 503, 504}
KNOWN = {"token", "revocation", "introspection", "registration", "discovery", "user_info", "keys"}


def read(path):
    """The program's own exchanges, in order."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    return [line for line in lines if line.get("agent") != BROWSER]


def faults(lines, retired_secrets=(), replaced_at=None):
    """Sentences about what is wrong; none when all is well.

    `retired_secrets` are digests of client secrets that were replaced, `replaced_at` the index of the first exchange
    after that: from there on an old secret may only be presented to prove that it is dead, never beside a grant.
    """
    spent, issued = set(), {}
    for index, line in enumerate(lines):
        presented, grant = line.get("presented", {}), line.get("grant_type")
        where = f"request {index} ({line['method']} {line['path']})"
        if line.get("in_query"):
            yield f"{where} has a secret in its URL: {', '.join(line['in_query'])}"
        if line.get("endpoint") not in KNOWN:
            yield f"{where} is none that a client of this server has reason to send"
        if line.get("endpoint") == "token":
            token = presented.get("refresh_token")
            if token in spent:
                yield f"{where} sends a refresh token again that was answered before"
            if token and token not in issued:
                yield f"{where} sends a refresh token that this server has not issued"
            if token and line["status"] not in UNPROCESSED:
                spent.add(token)
            if grant == "refresh_token" and line["status"] not in (200, 429):
                yield f"{where} is a refresh that was refused with {line['status']}"
            old = presented.get("client_secret") in retired_secrets
            if old and replaced_at is not None and index >= replaced_at and grant != "client_credentials":
                if token or presented.get("code") in issued:
                    yield f"{where} presents a replaced client secret beside a grant"
        elif "refresh_token" in presented:
            yield f"{where} sends a refresh token where none belongs"
        for name, value in line.get("issued", {}).items():
            if name in ("refresh_token", "code"):
                issued[value] = index

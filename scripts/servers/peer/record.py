# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What is remembered of one exchange: which endpoint, which grant, which status, and digests of the secrets in it.

A secret is written as the first 32 hexadecimal digits of its SHA-256, so that the log can answer "was this one ever
sent?" without holding it. Passwords are only noted as present: a digest of a short password is the password.
"""
import base64
import hashlib
import json
import re
import urllib.parse

SECRETS = ("client_secret", "access_token", "refresh_token", "token", "code", "code_verifier", "id_token",
           "registration_access_token", "client_assertion")
ENDPOINTS = {"token": "token", "revoke": "revocation", "revoke_token": "revocation", "introspect": "introspection",
             "register": "registration", "auth": "authorization", "authorize": "authorization",
             "userinfo": "user_info", "login": "login", "device_authorization": "device", "jwks": "keys", "jwks.json": "keys"}


def digest(secret):
    """The name under which a secret appears in the log."""
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def endpoint(path):
    """What the request was for; `other` for pages, static files and the server's own login interface."""
    segments = [segment for segment in path.split("/") if segment]
    if ".well-known" in segments:
        return "discovery"
    if segments[:2] == ["api", "auth"]:  # Glewlwyd's login page; its authorization endpoint is /api/PLUGIN/auth
        return "login"
    for segment in reversed(segments[-2:]):
        if segment in ENDPOINTS:
            return ENDPOINTS[segment]
    return "other"


def fields(content_type, body):
    """The members of a form or JSON body, text values only; nothing for any other body."""
    text = body.decode(errors="replace")
    if "json" in content_type:
        try:
            members = json.loads(text)
        except ValueError:
            return {}
        return {k: v for k, v in members.items() if isinstance(v, (str, bool, int))} if isinstance(members, dict) else {}
    if "form-urlencoded" in content_type:
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))
    return {}


def digests(members):
    """The secrets among some members, each by its digest."""
    return {name: digest(members[name]) for name in SECRETS if isinstance(members.get(name), str) and members[name]}


def authorization(header):
    """How the client authenticated, its id, and the digests of what it presented."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return "bearer", None, {"bearer": digest(value.strip())}
    if scheme.lower() != "basic":
        return ("none" if not header else scheme.lower()), None, {}
    try:
        pair = base64.b64decode(value, validate=True).decode()
    except ValueError:
        return "basic", None, {}
    client, _, secret = pair.partition(":")
    # RFC 6749 §2.3.1 form-encodes both; test secrets have only characters that encode to themselves.
    return "basic", urllib.parse.unquote_plus(client), {"client_secret": digest(urllib.parse.unquote_plus(secret))}


def exchange(method, target, request_headers, request_body, status, answer_headers, answer_body):
    """One line of the log, as a dictionary; absent rather than null."""
    url = urllib.parse.urlsplit(target)
    sent = fields(request_headers.get("Content-Type", ""), request_body)
    answered = fields(answer_headers.get("Content-Type", "") or "", answer_body)
    style, client, presented = authorization(request_headers.get("Authorization", ""))
    query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
    presented.update(digests(sent))
    if style == "none" and "client_secret" in sent:
        style = "post"
    issued = digests(answered)
    location = urllib.parse.urlsplit(answer_headers.get("Location", "") or "")
    issued.update(digests(dict(urllib.parse.parse_qsl(location.query))))
    line = {
        "method": method, "path": url.path, "endpoint": endpoint(url.path), "status": status,
        "grant_type": sent.get("grant_type"), "client_id": client or sent.get("client_id") or query.get("client_id"),
        "client_authentication": style, "presented": presented, "issued": issued, "query": sorted(query),
        "in_query": digests(query), "error": answered.get("error"), "active": answered.get("active"),
        "password": True if "password" in sent else None, "agent": request_headers.get("User-Agent"),
    }
    if isinstance(line["error"], str):
        line["error"] = re.sub(r"[^a-zA-Z0-9_.-]", "?", line["error"])[:64]
    return {name: value for name, value in line.items() if value not in (None, {}, [])}

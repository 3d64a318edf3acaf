# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A small HTTP client: no redirects, no proxy, cookies of its own, a named authority, and *.localhost is loopback."""
import dataclasses
import http.client
import http.cookies
import json
import socket
import ssl
import urllib.parse

TIMEOUT_SECONDS = 20
MAXIMUM_BODY_BYTES = 4 << 20


@dataclasses.dataclass
class Answer:
    """A complete answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def text(self):
        """The body as text; bytes that are none are replaced."""
        return self.body.decode(errors="replace")

    def json(self):
        """The body's JSON; None where it holds none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Loopback:
    """Connects to 127.0.0.1 whatever the name: RFC 6761 §6.3 for .localhost, and nothing else is let through."""

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(self, "_context"):
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


class PlainConnection(Loopback, http.client.HTTPConnection):
    """http:// to this machine."""


class TLSConnection(Loopback, http.client.HTTPSConnection):
    """https:// to this machine, with the name in the URL checked against the certificate."""


class Client:
    """Keeps cookies per host name and port; follows nothing by itself."""

    def __init__(self, ca_file=None, agent="coffer-test"):
        self.context = ssl.create_default_context(cafile=ca_file)
        self.agent = agent
        self.cookies = {}

    def request(self, method, url, form=None, body=None, headers=None):
        """Sends one request; `form` is a dictionary or list of pairs, `body` something for JSON."""
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
        if host not in ("127.0.0.1", "localhost") and not host.endswith(".localhost"):
            raise ValueError(f"{host} is not on this machine")
        headers = {"User-Agent": self.agent, "Accept": "*/*", **(headers or {})}
        jar = self.cookies.setdefault(parts.netloc, {})
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        content = None
        if form is not None:
            content = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            content = json.dumps(body)
            headers["Content-Type"] = "application/json"
        if parts.scheme == "https":
            connection = TLSConnection(host, parts.port or 443, timeout=TIMEOUT_SECONDS, context=self.context)
        else:
            connection = PlainConnection(host, parts.port or 80, timeout=TIMEOUT_SECONDS)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            result = Answer(answer.status, answer.headers, answer.read(MAXIMUM_BODY_BYTES))
        finally:
            connection.close()
        for line in result.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or morsel.value == "":
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.value
        return result

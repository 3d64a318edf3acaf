# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 to a Unix socket: one connection for each request, as curl makes it."""
import http.client
import json
import socket

from . import web


class Connection(http.client.HTTPConnection):
    """A connection to what serves at a path."""

    def __init__(self, path, timeout=web.TIMEOUT_SECONDS):
        super().__init__("coffer", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, body=None, headers=None, timeout=web.TIMEOUT_SECONDS):
    """Sends one request, and reads the whole answer; `body` is something for JSON."""
    content = None if body is None else json.dumps(body)
    connection = Connection(path, timeout)
    try:
        connection.request(method, target, content, {"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return web.Answer(answer.status, answer.headers, answer.read(web.MAXIMUM_BODY_BYTES))
    finally:
        connection.close()

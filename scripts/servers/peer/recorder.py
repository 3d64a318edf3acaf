# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A reverse proxy on loopback that ends TLS and writes one line for each exchange (see record.py).

The servers behind it can't log request bodies themselves, and the question a test asks at the end is about bodies:
was anything sent that should not have been? An exchange is on disk before its answer is passed on, so whoever has
the answer finds the line. The body is passed on byte for byte; connections stay open as HTTP/1.1 has them.
"""
import contextlib
import datetime
import http.client
import http.server
import json
import socket
import ssl
import threading

from . import life, record

# RFC 9110 §7.6.1: what belongs to one connection and is not passed on.
HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
              "trailer", "transfer-encoding", "upgrade"}
MAXIMUM_BODY_BYTES = 4 << 20
IDLE_SECONDS = 60
UPSTREAM_SECONDS = 30


class Recorder(http.server.ThreadingHTTPServer):
    """Listens on a free or given loopback port; `upstream` is set once the server behind is known."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, log, identity=None, port=0):
        try:
            super().__init__(("127.0.0.1", port), Exchange)
        except OSError as problem:
            raise life.Failed(f"port {port}: {problem.strerror}") from problem
        self.upstream = None
        self.lock = threading.Lock()
        self.log = open(log, "a", encoding="utf-8")
        self.tls = None
        if identity:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
            self.tls.load_cert_chain(identity.certificate, identity.key)

    @property
    def root(self):
        """The address clients use, without a trailing slash."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    def serve_behind(self, upstream_port):
        """Starts passing requests to a server on this port, on a thread of its own."""
        self.upstream = upstream_port
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def write(self, line):
        """Appends one line, complete or not at all."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        text = json.dumps({"at": now.replace("+00:00", "Z"), **line})
        with self.lock:
            self.log.write(text + "\n")
            self.log.flush()

    def handle_error(self, request, client_address):
        """A client that hangs up, or doesn't trust the authority, is not this program's trouble."""


class Exchange(http.server.BaseHTTPRequestHandler):
    """One connection of one client."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "recorder", ""

    def setup(self):
        self.request.settimeout(IDLE_SECONDS)
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls:  # here and not in accept(), where one slow client would hold up all others
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
        with contextlib.suppress(OSError, ValueError):  # a polite end of TLS, but no wait for a client that is gone
            if self.server.tls:
                self.request.settimeout(1)
                self.request.unwrap()
        self.request.close()

    def request_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(parts)
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAXIMUM_BODY_BYTES:
            raise ValueError("body too long")
        body = self.rfile.read(length)
        if len(body) < length:  # the client was killed while it sent: no server would act on half a form
            raise ValueError("body incomplete")
        return body

    def pass_on(self):
        try:
            body = self.request_body()
        except ValueError as problem:
            self.server.write({"method": self.command, "path": self.path.split("?")[0], "endpoint": "none",
                               "status": 400, "error": str(problem)})
            self.close_connection = True
            self.send_error(400, explain=str(problem))
            return
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP | {"content-length"}}
        headers["X-Forwarded-Proto"] = "https" if self.server.tls else "http"
        headers["Connection"] = "close"
        if body or self.command in ("POST", "PUT"):
            headers["Content-Length"] = str(len(body))
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=UPSTREAM_SECONDS)
        try:
            upstream.request(self.command, self.path, body or None, headers)
            answer = upstream.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.server.write({"method": self.command, "path": self.path.split("?")[0], "status": 502})
            self.send_error(502, explain="the server behind does not answer")
            return
        finally:
            upstream.close()
        self.server.write(record.exchange(
            self.command, self.path, self.headers, body, answer.status, answer.headers, content))
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", answer.headers["Content-Length"] or "0" if self.command == "HEAD"
                             else str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = pass_on

    def log_message(self, *_):
        """The log is ours; the standard one would hold query strings."""

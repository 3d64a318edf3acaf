# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A server on this machine that keeps what it is asked."""
import base64
import contextlib
import http.server
import socketserver
import ssl
import subprocess
import threading
import typing


class Request(typing.NamedTuple):
    method: str
    path: str
    headers: dict
    body: bytes
    # The common name of the client's certificate, where there is one.
    subject: str | None


class Reply(typing.NamedTuple):
    body: bytes
    status: int = 200
    kind: str = "application/json"
    headers: dict = {}


def basic(name, password):
    """What a client presents of a name and a password."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        body = self.body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, self.subject())
        self.server.requests.append(request)
        reply = self.server.reply(request)
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.kind, "Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # what may come behind the last part
        return b"".join(parts)

    def subject(self):
        if not isinstance(self.connection, ssl.SSLSocket):
            return None
        names = [pair for part in (self.connection.getpeercert() or {}).get("subject", ()) for pair in part]
        return dict(names).get("commonName")

    def log_message(self, *arguments):
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address = True, True

    def handle_error(self, request, client_address):
        pass  # a client that ends the connection; what matters is what was asked


@contextlib.contextmanager
def serving(reply, tls=None):
    """A server on a port of its own: yields its address and what it was asked; `reply` makes a Reply of a Request."""
    with Server(("127.0.0.1", 0), Recorder) as server:
        server.reply, server.requests = reply, []
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}", server.requests
        finally:
            server.shutdown()
            thread.join()


class Authority:
    """A certificate authority, with a server's certificate for this machine and a client's."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
                     "-subj", "/CN=made-up authority")
        self.issue("server", "made-up server", "subjectAltName=IP:127.0.0.1")
        self.issue("client", "made-up-client", "extendedKeyUsage=clientAuth")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def issue(self, name, subject, extension):
        (self.folder / f"{name}.ext").write_text(f"{extension}\nauthorityKeyIdentifier=keyid\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", f"/CN={subject}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-out", f"{name}.pem", "-days", "2", "-extfile", f"{name}.ext")

    def text(self, name):
        return (self.folder / name).read_text()

    def context(self):
        """Of a server that asks for a client's certificate, and takes none as well."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

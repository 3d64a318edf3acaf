# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A certificate authority that lives as long as one test, made with the openssl command."""
import dataclasses
import pathlib
import subprocess

# The names a client of these servers may use; both are this machine (RFC 6761 §6.3 for localhost).
SUBJECT_ALTERNATIVE_NAMES = "IP:127.0.0.1,DNS:localhost"
VALID_DAYS = 2
P256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclasses.dataclass(frozen=True)
class ServerIdentity:
    """Where the authority's certificate, the server's certificate and its key are."""

    authority: pathlib.Path
    certificate: pathlib.Path
    key: pathlib.Path
    # Of a client, where one was asked for.
    client_certificate: pathlib.Path
    client_key: pathlib.Path


def openssl(*arguments):
    """Runs openssl; its output is shown only when it fails."""
    done = subprocess.run(["openssl", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"openssl {arguments[0]}: {done.stdout.decode(errors='replace').strip()}")


def make(folder, names=SUBJECT_ALTERNATIVE_NAMES, days=VALID_DAYS, client=None):
    """Makes an authority and one server certificate signed by it; the authority's key is deleted at once.

    A certificate of 0 days has expired once it is made. `client` is the common name of a client that gets one as well.
    """
    folder.mkdir(mode=0o700)
    ours = ServerIdentity(
        folder / "ca.pem", folder / "server.pem", folder / "server.key", folder / "client.pem", folder / "client.key")
    authority_key = folder / "ca.key"
    openssl("req", "-x509", *P256, "-keyout", authority_key, "-out", ours.authority, "-days", VALID_DAYS,
            "-subj", "/CN=Coffer test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def sign(subject, key, certificate, purpose, lifetime):
        request, extensions = certificate.with_suffix(".csr"), certificate.with_suffix(".ext")
        openssl("req", *P256, "-keyout", key, "-out", request, "-subj", f"/CN={subject}")
        extensions.write_text(purpose)
        openssl("x509", "-req", "-in", request, "-CA", ours.authority, "-CAkey", authority_key, "-CAcreateserial",
                "-out", certificate, "-days", lifetime, "-extfile", extensions)

    sign("localhost", ours.key, ours.certificate, f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n", days)
    if client:
        sign(client, ours.client_key, ours.client_certificate, "extendedKeyUsage=clientAuth\n", VALID_DAYS)
    authority_key.unlink()
    return ours


def signing_key(path):
    """Makes an RSA key for the tokens a server signs, and its public half beside it; returns both paths."""
    public = path.with_suffix(".pub")
    openssl("genrsa", "-out", path, "2048")
    openssl("rsa", "-in", path, "-pubout", "-out", public)
    return path, public

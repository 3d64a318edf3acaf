# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A certificate authority that lives as long as one test, made with the openssl command."""
import dataclasses
import pathlib
import subprocess

# The names a client of these servers may use; both are this machine (RFC 6761 §6.3 for localhost).
SUBJECT_ALTERNATIVE_NAMES = "IP:127.0.0.1,DNS:localhost"
VALID_DAYS = "2"


@dataclasses.dataclass(frozen=True)
class ServerIdentity:
    """Where the authority's certificate, the server's certificate and its key are."""

    authority: pathlib.Path
    certificate: pathlib.Path
    key: pathlib.Path


def openssl(*arguments):
    """Runs openssl; its output is shown only when it fails."""
    done = subprocess.run(["openssl", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"openssl {arguments[0]}: {done.stdout.decode(errors='replace').strip()}")


def make(folder):
    """Makes an authority and one server certificate signed by it; the authority's key is deleted at once."""
    folder.mkdir(mode=0o700)
    ours = ServerIdentity(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority_key, request, extensions = folder / "ca.key", folder / "server.csr", folder / "server.ext"
    p256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *p256, "-keyout", authority_key, "-out", ours.authority, "-days", VALID_DAYS,
            "-subj", "/CN=Coffer test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", *p256, "-keyout", ours.key, "-out", request, "-subj", "/CN=localhost")
    extensions.write_text(f"subjectAltName={SUBJECT_ALTERNATIVE_NAMES}\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", request, "-CA", ours.authority, "-CAkey", authority_key, "-CAcreateserial",
            "-out", ours.certificate, "-days", VALID_DAYS, "-extfile", extensions)
    authority_key.unlink()
    return ours


def signing_key(path):
    """Makes an RSA key for the tokens a server signs, and its public half beside it; returns both paths."""
    public = path.with_suffix(".pub")
    openssl("genrsa", "-out", path, "2048")
    openssl("rsa", "-in", path, "-pubout", "-out", public)
    return path, public

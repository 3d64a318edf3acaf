# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Kubernetes' client for Python, and kubectl, against a server that speaks TLS."""
import base64
import contextlib
import json

import servers
from environments import HERE, python
from world import installed

VERSION = {name: "made-up" for name in ("buildDate", "compiler", "gitCommit", "gitTreeState", "goVersion", "platform")}
VERSION |= {"major": "1", "minor": "32", "gitVersion": "v1.32.0"}


def reply(request):
    return servers.Reply(json.dumps(VERSION).encode())


def by_python(world, file):
    return world.start(python(), HERE / "ask_kubernetes.py", file)


def by_kubectl(world, file):
    """Its cache of what a cluster has is in its home."""
    return world.start(installed("kubectl"), "--kubeconfig", file, "version", "--output=json", statuses=(0, 1))


def configuration(world, authority, address, arguments, has_cluster):
    """What a client reads (kubeconfig); JSON is YAML."""
    command = {"apiVersion": "client.authentication.k8s.io/v1", "command": world.program, "args": ["helper", "kubernetes", *arguments],
               "interactiveMode": "Never", "provideClusterInfo": has_cluster}
    certificate = base64.b64encode(authority.text("ca.pem").encode()).decode()
    return world.file("kubeconfig", json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "made-up",
        "clusters": [{"name": "made-up", "cluster": {"server": address, "certificate-authority-data": certificate}}],
        "users": [{"name": "me", "user": {"exec": command}}],
        "contexts": [{"name": "made-up", "context": {"cluster": "made-up", "user": "me"}}]}))


@contextlib.contextmanager
def cluster(world):
    authority = servers.Authority(world.home)
    with servers.serving(reply, authority.context()) as (address, requests):
        yield authority, address, requests


def presents_token(ask):
    def fact(world):
        world.put("main/cluster", "made-up-token\n")
        with cluster(world) as (authority, address, requests):
            world.run("bind", "kubernetes", address, "main/cluster")
            ask(world, configuration(world, authority, address, [], True))
            presented = {one.headers.get("authorization") for one in requests}
            assert presented == {"Bearer made-up-token"}, f"it presents {presented}"
            requests.clear()
            world.run("bind", "kubernetes", address, "--remove")
            world.run("bind", "kubernetes", "staging", "main/cluster")
            ask(world, configuration(world, authority, address, ["staging"], False))
            presented = {one.headers.get("authorization") for one in requests}
            assert presented == {"Bearer made-up-token"}, f"by name it presents {presented}"
    return fact


def presents_certificate(ask):
    def fact(world):
        with cluster(world) as (authority, address, requests):
            world.put("main/cluster", authority.text("client.pem") + authority.text("client.key"))
            world.run("bind", "kubernetes", address, "main/cluster")
            ask(world, configuration(world, authority, address, [], True))
            presented = {(one.subject, one.headers.get("authorization")) for one in requests}
            assert presented == {("made-up-client", None)}, f"it presents {presented}"
    return fact


FACTS = {
    "kubernetes: the client for Python presents the token that was bound": presents_token(by_python),
    "kubernetes: the client for Python presents a certificate": presents_certificate(by_python),
    "kubernetes: kubectl presents the token that was bound": presents_token(by_kubectl),
    "kubernetes: kubectl presents a certificate": presents_certificate(by_kubectl),
}

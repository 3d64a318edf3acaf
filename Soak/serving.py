# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Whether each account has a token that serves, asked for as a program asks that has to work with it."""
import urllib.parse


def unserved(ask, server):
    """What is wrong with the accounts of a server without faults; `ask(method, target, body)` asks the agent."""
    return [f"{server.path(account)}: {problem}" for account in server.accounts if (problem := fault(ask, server, account))]


def fault(ask, server, account):
    """Why an account is not served; None for one that is.

    Before expiry the present token is handed out while a refresh is under way behind it (docs/agent.md), and a server that
    rotates ends that token with the refresh. So a token that is refused is reported once, and the next one has to serve.
    """
    token, problem = asked(ask, server.path(account))
    if problem or server.takes_token(token["access_token"], account):
        return problem
    answer = ask("POST", "/v1/rejected", {name: token[name] for name in ("path", "access_token", "version")})
    if answer.status != 204:
        return f"the server does not take its token, and of that the agent says {answer.status} {answer.text()[:200]}"
    newer, problem = asked(ask, server.path(account))
    if problem:
        return f"after its token was reported: {problem}"
    if newer["version"] <= token["version"]:
        return f"version {newer['version']} was handed out after {token['version']} was replaced"
    return None if server.takes_token(newer["access_token"], account) else "the server takes neither its token nor the next"


def asked(ask, path):
    """The token that is handed out, and what is wrong with the answer."""
    answer = ask("GET", "/v1/token?" + urllib.parse.urlencode({"path": path}), None)
    return (answer.json(), None) if answer.status == 200 else (None, f"{answer.status} {answer.text()[:200]}")

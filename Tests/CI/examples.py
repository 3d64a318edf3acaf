# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The shell steps of the examples in docs/ci, taken from the files themselves, in the order in which a runner has them."""
import dataclasses
import json
import re
import subprocess

STRING = re.compile(r"'''(.*?)'''|'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.S)


@dataclasses.dataclass
class Step:
    """What one process of a shell gets: its command line, its script, and what its environment has besides."""
    shell: list
    script: str
    environment: dict
    # Whether the secret variables of the service are in it.
    has_identity: bool


def yaml(python, file):
    expression = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb')), default=str))"
    done = subprocess.run([str(python), "-c", expression, str(file)], capture_output=True, timeout=60, check=True)
    return json.loads(done.stdout)


def github(document, job, contexts):
    """The steps with a script, as "Workflow syntax for GitHub Actions" has them: bash -e where no shell is named."""
    def filled(value):
        return re.sub(r"\$\{\{\s*([\w.]+)\s*\}\}", lambda found: contexts[found[1]], str(value))

    job = document["jobs"][job]
    assert "COFFER_IDENTITY" not in {**document.get("env", {}), **job.get("env", {})}, "every step has the identity"
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step), f"a step is neither: {step}"
        if "uses" in step:
            # An action of others gets no identity.
            assert "COFFER_IDENTITY" not in step.get("env", {})
            # A tag can be moved to other code.
            assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", step["uses"]), f"{step['uses']} is not a commit"
            continue
        own = {name: filled(value) for name, value in {**job.get("env", {}), **step.get("env", {})}.items()}
        yield Step(["bash", "-e"], filled(step["run"]), own, "COFFER_IDENTITY" in own)


def gitlab(document, job, predefined):
    """One script, as the runner's shell executor makes it: all lines in one bash that ends with the first failure."""
    job = document[job]
    assert "COFFER_IDENTITY" not in job.get("variables", {}), "the identity stands in the file"
    own = {name: re.sub(r"\$(CI_\w+)", lambda found: predefined[found[1]], str(value))
           for name, value in job.get("variables", {}).items()}
    script = "set -eo pipefail\n" + "\n".join(job["script"]) + "\n"
    yield Step(["bash"], script, own, True)


def jenkins(text, stage, variables):
    """Each sh of a stage, as the step starts it: sh -xe, which writes the commands into the log."""
    body = block(text, text.index(f"stage('{stage}')"))
    own = {}
    for name, quoted, filled in re.findall(r"^\s*(\w+) = (?:'([^']*)'|\"([^\"]*)\")$", block(body, body.index("environment")), re.M):
        own[name] = quoted or re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], filled)
    secret = [span(body, found.start()) for found in re.finditer(r"withCredentials\(", body)]
    steps = list(re.finditer(r"\bsh (?=['\"])", body))
    assert steps, f"the stage {stage} has no script"
    for found in steps:
        string = STRING.match(body, found.end())
        assert string[3] is None, "Groovy fills a script in double quotes"
        yield Step(["sh", "-xe"], string[1] or string[2], own, any(start < found.start() < end for start, end in secret))


def span(text, start):
    """From the first brace behind a place to the one that closes it; strings are passed over."""
    place = depth = 0
    opening = place = text.index("{", start)
    while place < len(text):
        if text[place] in "'\"":
            place = STRING.match(text, place).end()
            continue
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        place += 1
        if not depth:
            return opening, place
    raise ValueError("a brace is not closed")


def block(text, start):
    return text[slice(*span(text, start))]

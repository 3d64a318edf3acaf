# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""botocore, and by it boto3 and AWS' command line."""
import datetime
import json
import subprocess
import sys

import servers
from environments import HERE, python

ANSWER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/made-up</Arn><UserId>MADEUPUSER</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>made-up</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


def kept(key, **more):
    return json.dumps({"AccessKeyId": key, "SecretAccessKey": "made-up/secret+key", "SessionToken": "made-up-session", **more})


def settings(world):
    config = world.file("aws/config", f"[profile deploy]\ncredential_process = {world.program} helper aws deploy\n")
    return {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true"}


def signs(world):
    world.put("main/aws", kept("MADEUPKEYID"))
    world.run("bind", "aws", "deploy", "main/aws")
    with servers.serving(lambda request: servers.Reply(ANSWER, kind="text/xml")) as (address, requests):
        done = world.start(python(), HERE / "ask_aws.py", address, "deploy", given=b"\n", **settings(world))
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert seen[0] == ["MADEUPKEYID", "made-up/secret+key", "made-up-session"], f"it has {seen[0]}"
    assert len(requests) == 2 and all("Credential=MADEUPKEYID/" in one.headers["authorization"] for one in requests)
    assert requests[0].headers["x-amz-security-token"] == "made-up-session"
    assert world.run("audit", "show", "--json").count(b'"aws deploy"') == 1, "the record has another number of hand-outs"


def renews(world):
    now = datetime.datetime.now(datetime.timezone.utc)
    soon, later = ((now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ") for minutes in (5, 60))
    world.put("main/aws", kept("MADEUPOLD", Expiration=soon))
    world.run("bind", "aws", "deploy", "main/aws")
    with servers.serving(lambda request: servers.Reply(ANSWER, kind="text/xml")) as (address, requests):
        with subprocess.Popen([python(), HERE / "ask_aws.py", address, "deploy"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=sys.stderr, env={**world.environment, **settings(world)}) as asking:
            first = json.loads(asking.stdout.readline())
            world.put("main/aws", kept("MADEUPNEW", Expiration=later))
            second, _ = asking.communicate(b"\n", timeout=60)
        assert asking.returncode == 0, "it has failed"
    assert first[0] == "MADEUPOLD" and json.loads(second)[0] == "MADEUPNEW", f"it has {first[0]}, then {second}"
    assert ["OLD" in one.headers["authorization"] for one in requests] == [True, False], "a request has the other key"


def tells(world):
    """What botocore prints, it has from standard error."""
    world.put("main/aws", '{"AccessKeyId": "MADEUPKEYID", "SecretAccessKey": "made-up\\nsecret"}')
    world.run("bind", "aws", "deploy", "main/aws")
    for _ in range(2):
        done = world.start(python(), HERE / "ask_aws.py", "http://127.0.0.1:9", "deploy", statuses=(1,), **settings(world))
        said = done.stderr.decode()
        assert "CredentialRetrievalError" in said and "coffer: main/aws: " in said, said
        assert "made-up" not in said and "MADEUP" not in said, "something of the secret is in it"
        world.put("main/aws", "made-up-value")


FACTS = {
    "aws: botocore signs with what was bound, and asks once": signs,
    "aws: botocore asks again before the end that was told": renews,
    "aws: botocore shows a sentence with nothing of the secret": tells,
}

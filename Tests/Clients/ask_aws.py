# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Asks twice who one is, the second time after a line: `ask_aws.py ENDPOINT PROFILE`. Prints what it signs with."""
import json
import sys

import botocore.config
import botocore.exceptions
import botocore.session

session = botocore.session.Session(profile=sys.argv[2])
try:
    client = session.create_client("sts", region_name="eu-west-1", endpoint_url=sys.argv[1],
                                   config=botocore.config.Config(retries={"total_max_attempts": 1}))
    for turn in range(2):
        client.get_caller_identity()
        print(json.dumps(session.get_credentials().get_frozen_credentials()[:3]), flush=True)
        if turn == 0:
            sys.stdin.readline()
except botocore.exceptions.CredentialRetrievalError as error:
    sys.exit(f"{type(error).__name__}: {error}")

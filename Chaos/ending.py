# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The end of a run: nothing goes wrong any more, and everything that can recover must."""

# Seconds that pass between two looks: cool-downs and deadlines first, and then more than the day that a token of amoCRM's is
# taken to live if its server does not say. All of it is less than the week that a sandbox's certificate lasts.
SETTLING = (1000, 1000, 1000, 90_000, 1000, 1000)


def settle(world, look):
    """Nothing goes wrong any more, and time passes: whatever can recover does; `look` gives the rows of `status`."""
    for seconds in SETTLING:
        world.clock.advance(seconds)
        world.forget_pace()
        rows = world.status()
        for path, row in rows.items():
            # Nothing is sent by itself to who has shut us out, nor is a lost answer asked for again while the access token
            # serves, which is for ever if its end is not known: until somebody says that it was refused.
            if row["state"] in ("blocked", "payment_required") or (
                    row["state"] == "indeterminate" and "expires_at" not in row):
                world.run("refresh", "--force", path)
        world.run("refresh", "--all")
        rows = look()
        # One that has lost an answer goes on with its access token for as long as that serves.
        if all(row["state"] in ("active", "needs_reauthorization") for row in rows.values()):
            break
    return rows


def works(world, server, account, counts):
    """Whether a program gets a token that serves; one whose end is not known may be refused, and another must come."""
    path = server.path(account)
    for refresh in ((), ("refresh", "--force", path)):
        if refresh:
            counts["refused at the end"] += 1
            world.run(*refresh)
        done = world.run("token", path)
        if done.returncode == 0 and server.takes_token(done.stdout.strip(), account):
            return True
    return False

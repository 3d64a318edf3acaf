// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// What the machines of a fleet tell each other; nothing in it is secret, and no entry depends on it.
    ///
    /// `change` is logged: readers of a standby look at it, too. The other two are not. What is lost of them with a crash costs a burst
    /// under a rate limit, or two agents that look at the same connection; a commit that touches nothing else waits for no disk and no
    /// standby.
    static let fleetCreation = """
        CREATE TABLE coffer.change (
            place bigint PRIMARY KEY CHECK (place = 1),
            state bigint NOT NULL,
            wish bigint NOT NULL
        );
        CREATE UNLOGGED TABLE coffer.claim (
            entry bytea PRIMARY KEY,
            holder bytea NOT NULL,
            until bigint NOT NULL
        );
        CREATE UNLOGGED TABLE coffer.pace (
            name bigint PRIMARY KEY,
            full_at bigint NOT NULL,
            slowness bigint NOT NULL,
            step bigint NOT NULL,
            tolerance bigint NOT NULL,
            until bigint NOT NULL
        );
        INSERT INTO coffer.change (place, state, wish) VALUES (1, 0, 0);
        """

    /// What ``listing`` gives of these tables.
    static let fleetObjects: Set<String> = [
        "column change.place: bigint not null",
        "column change.state: bigint not null",
        "column change.wish: bigint not null",
        "column claim.entry: bytea not null",
        "column claim.holder: bytea not null",
        "column claim.until: bigint not null",
        "column pace.full_at: bigint not null",
        "column pace.name: bigint not null",
        "column pace.slowness: bigint not null",
        "column pace.step: bigint not null",
        "column pace.tolerance: bigint not null",
        "column pace.until: bigint not null",
        "constraint change_place_check: CHECK ((place = 1))",
        "index change_pkey: CREATE UNIQUE INDEX change_pkey ON coffer.change USING btree (place)",
        "index claim_pkey: CREATE UNIQUE INDEX claim_pkey ON coffer.claim USING btree (entry)",
        "index pace_pkey: CREATE UNIQUE INDEX pace_pkey ON coffer.pace USING btree (name)",
        "table change",
        "unlogged table claim",
        "unlogged table pace",
    ]
}

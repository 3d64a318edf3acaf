// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Schema {
    /// Names what lies in the schema, a text a row; keys and what is not null are left out, which each version of PostgreSQL lists in
    /// its own way, and seen by the indexes and columns that they make.
    ///
    /// Rows that a policy hides, that lie in another table and are shown in ours, or that a crash of the server takes along, since the
    /// table is not logged, are seen by nothing else.
    static let listing = """
        WITH ours AS (SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity
            FROM pg_catalog.pg_class c WHERE c.relnamespace = 'coffer'::regnamespace)
        SELECT CASE relkind WHEN 'r' THEN CASE relpersistence WHEN 'p' THEN 'table ' ELSE 'unlogged table ' END WHEN 'i' THEN 'index ' WHEN 'S' THEN 'sequence ' ELSE 'object ' END || relname
            || CASE relkind WHEN 'i' THEN ': ' || pg_get_indexdef(oid) ELSE '' END FROM ours
        UNION ALL SELECT 'column ' || o.relname || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            FROM pg_attribute a JOIN ours o ON a.attrelid = o.oid WHERE o.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT 'trigger ' || t.tgname FROM pg_trigger t JOIN ours o ON t.tgrelid = o.oid
        UNION ALL SELECT 'rule ' || r.rulename FROM pg_rewrite r JOIN ours o ON r.ev_class = o.oid
        UNION ALL SELECT 'constraint ' || n.conname || ': ' || pg_get_constraintdef(n.oid)
            FROM pg_constraint n JOIN ours o ON n.conrelid = o.oid WHERE n.contype IN ('c', 'f', 't', 'x')
        UNION ALL SELECT 'row security of ' || relname FROM ours WHERE relrowsecurity
        UNION ALL SELECT 'child ' || c.relname || ' of ' || o.relname
            FROM pg_inherits i JOIN ours o ON i.inhparent = o.oid JOIN pg_class c ON c.oid = i.inhrelid
        UNION ALL SELECT 'policy ' || p.polname FROM pg_policy p JOIN ours o ON p.polrelid = o.oid
        UNION ALL SELECT 'function ' || p.proname FROM pg_proc p WHERE p.pronamespace = 'coffer'::regnamespace
        ORDER BY 1 LIMIT 1000
        """

    /// What ``listing`` gives of the tables as ``creation`` makes them.
    static let objects: Set<String> = [
        "column audit.body: bytea not null",
        "column audit.hash: bytea not null",
        "column audit.sequence: bigint not null",
        "column audit.signer: bytea not null",
        "column audit_binding.entry: bytea not null",
        "column audit_binding.sequence: bigint not null",
        "column audit_binding.signer: bytea not null",
        "column audit_binding.version: bigint not null",
        "column bundle.envelope: bytea not null",
        "column bundle.place: bigint not null",
        "column collected.body: bytea not null",
        "column collected.bundle: bytea not null",
        "column collected.sequence: bigint not null",
        "column entry.due_at: bigint",
        "column entry.generation: bigint not null",
        "column entry.id: bytea not null",
        "column entry.issue_box: bytea",
        "column entry.kind: bigint not null",
        "column entry.lookup: bytea not null",
        "column entry.signature: bytea not null",
        "column entry.space: bytea not null",
        "column entry.state: text",
        "column entry.use_box: bytea not null",
        "column entry.version: bigint not null",
        "column fingerprint.entry: bytea not null",
        "column fingerprint.field: bigint not null",
        "column fingerprint.space: bytea not null",
        "column fingerprint.spent: boolean not null",
        "column fingerprint.tag: bytea not null",
        "column fingerprint.tier: bigint not null",
        "column format.place: bigint not null",
        "column format.version: bigint not null",
        "column journal.box: bytea not null",
        "column journal.generation: bigint not null",
        "column journal.number: bigint not null",
        "column journal.position: bigint not null",
        "column journal.rotation: bytea not null",
        "column journal.signature: bytea not null",
        "column journal.space: bytea not null",
        "column manifest.body: bytea not null",
        "column manifest.epoch: bigint not null",
        "column passphrase.body: bytea not null",
        "column passphrase.signer: bytea not null",
        "column wish.body: bytea not null",
        "column wish.entry: bytea not null",
        "column wish.signer: bytea not null",
        "constraint bundle_place_check: CHECK ((place = 1))",
        "constraint format_place_check: CHECK ((place = 1))",
        "index audit_binding_pkey: CREATE UNIQUE INDEX audit_binding_pkey ON coffer.audit_binding USING btree (entry, version)",
        "index audit_pkey: CREATE UNIQUE INDEX audit_pkey ON coffer.audit USING btree (signer, sequence)",
        "index bundle_pkey: CREATE UNIQUE INDEX bundle_pkey ON coffer.bundle USING btree (place)",
        "index collected_pkey: CREATE UNIQUE INDEX collected_pkey ON coffer.collected USING btree (bundle, sequence)",
        "index entry_due: CREATE INDEX entry_due ON coffer.entry USING btree (space, due_at, id) WHERE (due_at IS NOT NULL)",
        "index entry_generation: CREATE INDEX entry_generation ON coffer.entry USING btree (space, generation)",
        "index entry_pkey: CREATE UNIQUE INDEX entry_pkey ON coffer.entry USING btree (id)",
        "index entry_space_lookup_key: CREATE UNIQUE INDEX entry_space_lookup_key ON coffer.entry USING btree (space, lookup)",
        "index fingerprint_pkey: CREATE UNIQUE INDEX fingerprint_pkey ON coffer.fingerprint USING btree (space, tag)",
        "index format_pkey: CREATE UNIQUE INDEX format_pkey ON coffer.format USING btree (place)",
        "index journal_pkey: CREATE UNIQUE INDEX journal_pkey ON coffer.journal USING btree (rotation, \"position\")",
        "index manifest_pkey: CREATE UNIQUE INDEX manifest_pkey ON coffer.manifest USING btree (epoch)",
        "index passphrase_pkey: CREATE UNIQUE INDEX passphrase_pkey ON coffer.passphrase USING btree (signer)",
        "index wish_pkey: CREATE UNIQUE INDEX wish_pkey ON coffer.wish USING btree (entry, signer)",
        "sequence journal_number_seq",
        "table audit",
        "table audit_binding",
        "table bundle",
        "table collected",
        "table entry",
        "table fingerprint",
        "table format",
        "table journal",
        "table manifest",
        "table passphrase",
        "table wish",
    ]
}

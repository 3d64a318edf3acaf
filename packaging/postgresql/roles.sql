-- Copyright the Coffer authors
-- SPDX-License-Identifier: Apache-2.0
--
-- Three groups for those who open the vault in this database, and what each may do there. Run it with psql as the role that
-- ran `coffer init`, which owns the tables and needs CREATEROLE once; run it again after each `coffer upgrade`:
--
--     psql -X -f roles.sql 'postgres://maker@db.example/coffer'
--
-- What an identity may open is kept by cryptography and not by these: they keep whoever has only a database user from removing
-- what he can't forge. None of the three may change a table, an event or a manifest once it stands. See docs/operations.md.
\set ON_ERROR_STOP on
BEGIN;

-- Roles are of the whole server: another vault's database may have made them already, or be making them now. Where all are there
-- CREATEROLE is not needed.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['coffer_reader', 'coffer_issuer', 'coffer_owner'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
        END IF;
    END LOOP;
END
$$;

-- Nobody else, and nothing beside the vault's own tables.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA coffer FROM coffer_reader, coffer_issuer, coffer_owner;
GRANT CONNECT ON DATABASE :"DBNAME" TO coffer_reader, coffer_issuer, coffer_owner;
GRANT USAGE ON SCHEMA coffer TO coffer_reader, coffer_issuer, coffer_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA coffer TO coffer_reader, coffer_issuer, coffer_owner;

-- Everybody who writes takes the one row of the format, which asks for the right to change some column of it: this one can't
-- become anything else than it is.
GRANT UPDATE (place) ON coffer.format TO coffer_reader, coffer_issuer, coffer_owner;

-- Readers: an event for each access, wishes, and their own identity under a passphrase.
GRANT INSERT ON coffer.audit TO coffer_reader, coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE (body), DELETE ON coffer.wish TO coffer_reader, coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE (body), DELETE ON coffer.passphrase TO coffer_reader, coffer_issuer, coffer_owner;
-- What the machines tell each other (docs/decisions/0032-one-fleet.md): that a wish was left, and the pace of requests.
GRANT UPDATE (wish) ON coffer.change TO coffer_reader, coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE, DELETE ON coffer.pace TO coffer_reader, coffer_issuer, coffer_owner;

-- Issuers: entries, what is known of secrets, rotations, and the events of bundles.
GRANT INSERT, UPDATE, DELETE ON coffer.entry TO coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE (signer, sequence) ON coffer.audit_binding TO coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE (spent) ON coffer.fingerprint TO coffer_issuer, coffer_owner;
GRANT INSERT ON coffer.journal, coffer.collected TO coffer_issuer, coffer_owner;
-- That something changed, and who refreshes what.
GRANT UPDATE (state) ON coffer.change TO coffer_issuer, coffer_owner;
GRANT INSERT, UPDATE, DELETE ON coffer.claim TO coffer_issuer, coffer_owner;

-- Owners: the membership, new keys, and the end of a space.
GRANT INSERT ON coffer.manifest TO coffer_owner;
GRANT UPDATE (generation, box, signature), DELETE ON coffer.journal TO coffer_owner;
-- The hash beside an event, which follows from it, is put right by `coffer rekey`.
GRANT UPDATE (hash) ON coffer.audit TO coffer_owner;

COMMIT;

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// What a statement ended with; no text of the server's passes, since that repeats values.
enum Failure: Error {
    /// The server refused it, with this SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html.
    case refused(String)
    /// The connection is gone, and with it the transaction.
    case lost
    /// No answer came in time.
    case late
    /// Nobody was there to connect to, or nobody said anything in time.
    case unanswered
    /// The connection was lost while a commit was under way: it stands or does not.
    case uncertain
    /// A commit was made, and its wait for a standby given up: it is lost if that takes over.
    case unreplicated

    /// Whether the same may succeed on the same connection: another transaction was in the way.
    var metAnother: Bool {
        if case .refused(let state) = self { return ["40001", "40P01"].contains(state) }
        return false
    }

    /// What the server ends a transaction with in which nothing was asked for too long: together with the session, before whatever
    /// is asked next.
    private static let idled = "25P03"

    /// Whether the connection was gone before anything was done.
    var isLoss: Bool {
        switch self {
        case .lost: true
        // The server ends, or has been told to end this session.
        case .refused(let state): state.hasPrefix("57P0") || state.hasPrefix("08") || state == Self.idled
        case .late, .unanswered, .uncertain, .unreplicated: false
        }
    }

    /// Whether a commit that ended so may stand nevertheless.
    var mayHaveCommitted: Bool {
        switch self {
        case .late: return true
        case .refused(Self.idled): return false
        default: return isLoss
        }
    }

    /// Whether there is a schema, table or row of that name already.
    var isTaken: Bool {
        if case .refused(let state) = self { return ["42P06", "42P07", "23505"].contains(state) }
        return false
    }

    /// Turns what a statement ended with into an error of the vault.
    static func translated<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure.vaultError
        } catch is CryptoError {
            // A key, hash or signature of the wrong size in a column.
            throw VaultError.damaged
        }
    }

    private var vaultError: VaultError {
        switch self {
        case .lost: VaultError(.unreachable, "the connection to the vault's database was lost; try again")
        case .unanswered: VaultError(.unreachable, "the vault's database can't be reached; see that it runs, and where")
        case .late: VaultError(.busy, "the vault's database does not answer; try again")
        case .uncertain:
            VaultError(
                .unreadable, "the connection to the vault's database was lost during a change that may stand")
        case .unreplicated:
            VaultError(
                .unreadable, "the vault's database did not wait for its standby during a change, which may stand")
        case .refused(let state): Self.error(of: state)
        }
    }

    /// What a server says before a connection is made.
    static func refusal(of state: String) -> VaultError {
        switch state {
        case "28P01":
            VaultError(
                .unreachable, "the vault's database did not take the password; see the file that PGPASSFILE names")
        case "28000":
            VaultError(
                .unreachable, "the vault's database lets this user not in from here, or not without a certificate")
        case "3D000":
            VaultError(.unreachable, "the server has no database of the name in the vault's URL; make it with createdb")
        case "42501", "53300", "57P03": error(of: state)
        default:
            VaultError(.unreachable, "the vault's database refused the connection (SQLSTATE \(plain(state)))")
        }
    }

    private static func error(of state: String) -> VaultError {
        switch state {
        case "40001", "40P01", "55P03":
            VaultError(.busy, "another process is using the vault's database; try again")
        case "57014":
            VaultError(
                .busy,
                """
                the vault's database was not through with a statement after \(Bounds.statementMilliseconds / 1000) s, or \
                somebody cancelled it; try again when it has less to do, or name fewer paths
                """)
        case "53300", "57P03":
            VaultError(.busy, "the vault's database takes no more connections now; try again")
        case "53100":
            VaultError(.diskFull, "there is no room on the disk of the vault's database")
        case "25006":
            VaultError(.unreadable, "the vault's database can't be written")
        case "42501":
            VaultError(.unreadable, "this user of the vault's database may not do that; grant it what Coffer needs")
        case "23505":
            VaultError(.conflict, "another process changed this in between; try again")
        case "3F000", "42P01", "42703", "42804", "42883", "XX001", "XX002":
            VaultError(.damaged, "the tables of the vault's database are not as Coffer made them; restore a backup")
        default:
            VaultError(.unreadable, "the vault's database can't be read or written (SQLSTATE \(plain(state)))")
        }
    }

    /// What a server sends for a SQLSTATE: five of its letters and digits, or none of it.
    private static func plain(_ state: String) -> String { isState(state) ? state : "unknown" }

    /// Whether a text is a SQLSTATE.
    static func isState(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 5 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Foundation

/// A vault of some 100 KB, in four shots: as it was early (`old.db`; `hot-journal`), in the middle (`mid.db-wal`,
/// `mid.db-shm`), with its last writes still in the log (`wal.db`, `wal.db-wal`, `wal.db-shm`), and whole (`vault.db`).
struct Fixture: Sendable {
    /// What the vault takes for the present.
    static let now = Date(timeIntervalSince1970: 1_790_000_000)

    let folder: String
    let identity: IdentityText
    let whole: Data
    let logged: Data
    let log: Data
    let index: Data
    let oldLog: Data
    let oldIndex: Data
    let journal: Data

    var path: String { folder + "/vault.db" }
    /// Where the record lies of what a client has seen of the vault.
    var seen: SeenPlace { SeenPlace(folder: folder + "/seen", warn: { _ in }) }
    var oldPath: String { folder + "/old.db" }

    /// Loads what ``make(in:)`` left.
    init(loading folder: String) throws {
        func file(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")) }
        self.folder = folder
        identity = try IdentityText(reading: Secret(bytes: try file("identity")))
        whole = try file("vault.db")
        logged = try file("wal.db")
        log = try file("wal.db-wal")
        index = try file("wal.db-shm")
        oldLog = try file("mid.db-wal")
        oldIndex = try file("mid.db-shm")
        journal = try file("hot-journal")
    }

    // MARK: - What is in it

    /// The spaces there are, and how many accounts each has.
    static let spaces = ["main": 2, "prod": 1]

    /// The paths of all entries that there are or were.
    static func paths() throws -> [CredentialPath] {
        try spaces.sorted(by: <).flatMap { space, accounts in
            try ["crm", "npm-token", "hook"].map { try CredentialPath("\(space)/\($0)") }
                + (0..<accounts).map { try CredentialPath("\(space)/crm/account-\($0)") }
        }
    }

    /// The rotation that has a journal.
    static let rotation = EntryID.made(of: 7)

    static func made(up text: String, _ count: Int) -> String {
        String(repeating: "made-up-\(text)-", count: count)
    }

    /// How often the text of a token is repeated: in one row so often that it takes pages of its own.
    private static func length(_ path: CredentialPath) -> Int { path.description == "main/crm/account-0" ? 50 : 4 }

    static func refreshToken(_ path: CredentialPath, _ version: Int) -> Secret {
        Secret(made(up: "refresh-\(path)-\(version)", length(path)))
    }

    static func app(_ path: CredentialPath) -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: "amocrm")
        use.set(19, integer: 0)
        var issue = FieldTable()
        issue.set(32, text: made(up: "description", 40))
        issue.set(33, text: "client")
        issue.set(34, text: made(up: "client-secret-\(path)", 2))
        return EntryDraft(path, kind: .app, use: use, issue: issue)
    }

    static func connection(_ path: CredentialPath, _ version: Int) -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: made(up: "access-\(path)-\(version)", 2 * length(path)))
        use.set(18, date: now + 86400)
        use.set(27, text: "active")
        var issue = FieldTable()
        issue[48] = refreshToken(path, version)
        return EntryDraft(
            path, kind: .connection, use: use, issue: issue, dueAt: now + Double(version), state: "active",
            traced: [TracedSecret(refreshToken(path, version), tier: .issue, field: 48)])
    }
}

extension EntryID {
    /// An id of one byte, repeated.
    static func made(of byte: UInt8) -> EntryID {
        do { return try EntryID([UInt8](repeating: byte, count: byteCount)) } catch { preconditionFailure("16 bytes") }
    }
}

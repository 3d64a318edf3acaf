// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation

/// A vault with many connections in a folder of its own.
struct FilledVault: Sendable {
    /// How many of the connections are due at ``now``.
    static let dueCount = 100
    /// What the vault takes for the present.
    static let now = Date(timeIntervalSince1970: 1_790_000_000)

    /// How many connections it holds.
    let count: Int
    /// The file.
    let path: String
    /// The owner's identity.
    let identity: IdentityText

    /// Makes and fills it, or takes the one that an earlier run left; says how far it is on standard error.
    init(count: Int, in folder: String) async throws {
        self.count = count
        path = "\(folder)/\(count).db"
        let note = URL(fileURLWithPath: "\(folder)/\(count).identity")
        if let kept = try? Data(contentsOf: note) {
            identity = try IdentityText(reading: Secret(bytes: kept))
            return
        }
        let owner = try Identity.generate()
        let store = try SQLiteStore.create(path)
        let pin = try await Vault.create(in: store, owner: owner, now: { Self.now })
        identity = IdentityText(identity: owner, pin: pin)
        let vault = try await Vault.unlock(store, with: identity, now: { Self.now })
        // Their places in the file are random, so the larger a batch, the fewer pages are written more than once.
        try await Self.fill(vault, with: count, batch: 20_000)
        // Filling leaves a long log, which whoever opens the vault next would read first.
        try await store.truncateLog()
        // Nor does what the system still has to write belong to what is measured.
        sync()
        try identity.written().withExposedBytes { bytes in
            guard
                FileManager.default.createFile(
                    atPath: note.path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else { throw BenchError.noValue }
        }
    }

    /// Seals connections in an empty vault; says how far it is on standard error.
    ///
    /// - Parameters:
    ///   - vault: The vault.
    ///   - count: How many.
    ///   - batch: How many in one transaction.
    ///   - width: How many transactions are prepared or written at once: with two, one is sealed while the other is written.
    /// - Throws: what keeps them from being sealed.
    static func fill(_ vault: Vault, with count: Int, batch: Int, atOnce width: Int = 1) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var rest = stride(from: 0, to: count, by: batch).map { $0..<min($0 + batch, count) }[...]
            for numbers in rest.prefix(width) { group.addTask { try await seal(numbers, of: count, in: vault) } }
            rest = rest.dropFirst(width)
            var done = 0
            while let sealed = try await group.next() {
                Progress.show("filling", done + sealed, of: count, since: done)
                done += sealed
                if let numbers = rest.popFirst() {
                    group.addTask { try await seal(numbers, of: count, in: vault) }
                }
            }
        }
    }

    private static func seal(_ numbers: Range<Int>, of count: Int, in vault: Vault) async throws -> Int {
        let drafts = try numbers.map { try draft($0, of: count) }
        return try await vault.commit(WriteBatch(.connect, drafts: drafts)).count
    }

    /// Has the system read the whole file into its cache, from which it may have dropped what nobody has used for minutes.
    ///
    /// By another process: a descriptor of our own would take the locks of an open vault along when it is closed.
    func warm() throws {
        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/bin/cat")
        reader.arguments = [path]
        reader.standardOutput = FileHandle.nullDevice
        try reader.run()
        reader.waitUntilExit()
    }

    /// Opens it as a program does, with its record of what this machine has seen.
    func open() async throws -> Vault {
        let seen = SeenPlace(folder: path + "-seen", warn: { Progress.note($0) })
        return try await Vault.unlock(SQLiteStore.open(path), with: identity, remembering: seen, now: { Self.now })
    }

    /// Reads an access token as a program hands it out: opened, then recorded in the transaction that confirms its version.
    static func handOut(_ path: CredentialPath, from vault: Vault) async throws {
        guard let entry = try await vault.inspect(path), entry.use[16] != nil else { throw BenchError.noValue }
        try await vault.record(
            AuditRecord(at: now, action: .handOut, paths: [path.description]),
            whileUnchanged: [EntryFence(entry)])
    }

    /// The path of one of its connections.
    static func path(_ number: Int) throws -> CredentialPath { try CredentialPath("main/crm/account-\(number)") }

    /// A connection as a provider's answer leaves it: an access token of 1 KB, a refresh token of 1 KB, some times.
    private static func draft(_ number: Int, of count: Int) throws -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: made(up: "access", number))
        use.set(17, text: "Bearer")
        use.set(18, date: now + 86400)
        use.set(20, text: "account-\(number).example")
        use.set(27, text: "active")
        var issue = FieldTable()
        issue.set(48, text: made(up: "refresh", number))
        issue.set(55, text: "account-\(number).example")
        // Those that are due lie spread over all of them.
        let isDue = number % max(1, count / dueCount) == 0 && number / max(1, count / dueCount) < dueCount
        return EntryDraft(
            try path(number), kind: .connection, use: use, issue: issue,
            dueAt: isDue ? now - 60 : now + 3600 + Double(number), state: "active",
            traced: [
                TracedSecret(Secret(made(up: "access", number)), tier: .use, field: 16),
                TracedSecret(Secret(made(up: "refresh", number)), tier: .issue, field: 48),
            ])
    }

    private static func made(up kind: String, _ number: Int) -> String {
        String(repeating: "made-up-\(kind)-\(number)-", count: 40)
    }
}

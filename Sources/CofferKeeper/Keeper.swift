// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
package import CofferVault
import Foundation

/// The one place where vault, OAuth and rotation meet: what the commands, the agent and programs call.
package final class Keeper: Sendable {
    let vault: Vault
    let effects: KeeperEffects
    let grants: VaultGrantStore
    let client: TokenClient
    let refresher: Refresher
    /// The pace of everything that is sent to a provider.
    let pacer: RequestPacer
    /// What the caller gave with `--reason`, for the events.
    let reason: String
    /// The vault's file as it is open here, whatever has its name later; nil where that is not known.
    let file: FileIdentity?
    /// What names the vault's database to processes of this user; nil for a file.
    let databaseMark: String?
    /// What this process has handed out.
    let memory = HandoutMemory()
    /// What servers refused of that which this process can't replace.
    let rejections = Rejections()
    /// What this process refused.
    let refusals = Refusals()
    /// Whose API limits this process has read.
    let apis = PacedAPIMemory()
    /// Who is being told of rotations.
    let outlet: NoticeOutlet
    /// The one-time tokens of webhooks that came to this process.
    let seenTokens = SeenTokens()

    /// Opens a vault with an identity.
    ///
    /// - Parameters:
    ///   - location: Where vault and identity are.
    ///   - effects: The outside world.
    ///   - reason: What the caller gave with `--reason`.
    ///   - comparing: Whether a vault older than what this machine has seen is refused.
    ///   - watch: Puts somebody between the vault and its store; nobody unless given.
    /// - Returns: the keeper.
    /// - Throws: ``VaultError``, in its many ways.
    package static func open(
        _ location: VaultLocation, effects: KeeperEffects, reason: String? = nil, comparing: Bool = true,
        through watch: (any VaultStore) -> any VaultStore = { $0 }
    ) async throws -> Keeper {
        // The identity first: opening the file may tidy its journal up, and a bad identity changes nothing.
        let identity = try await location.identity.read(effects.log)
        let before = location.filePath.flatMap { FileIdentity($0) }
        let store = try await location.openStore()
        // Somebody may have put another one there meanwhile.
        let file = location.filePath.flatMap { FileIdentity($0) } == before ? before : nil
        do {
            return Keeper(
                vault: try await Vault.unlock(
                    watch(store), with: identity, trusting: location.pin, remembering: seenPlace(location, effects.log),
                    comparing: comparing, now: effects.now),
                effects: effects, reason: reason ?? "", file: file, databaseMark: location.databaseMark)
        } catch let error as VaultError where error.code == .damaged {
            throw await isBundle(store) ? error.ofBundle(location.vaultPath) : error
        }
    }

    private static func isBundle(_ store: any VaultStore) async -> Bool {
        (try? await store.read { try $0.bundleEnvelope() != nil }) ?? false
    }

    /// Says of a bundle what was said of a vault: there is no backup of it.
    ///
    /// - Parameters:
    ///   - error: What was met while working on this keeper's vault.
    ///   - path: Its file.
    /// - Returns: the error for a person.
    package func explained(_ error: any Error, of path: String) -> any Error {
        guard vault.bundle != nil, let failure = error as? VaultError, failure.code == .damaged else { return error }
        return failure.ofBundle(path)
    }

    /// Where what was seen is recorded; nil without a state folder.
    static func seenPlace(_ location: VaultLocation, _ log: KeeperLog) -> SeenPlace? {
        location.stateFolder.map { folder in
            SeenPlace(
                folder: folder + "/seen", of: location.filePath.map { FilePathText.absolute($0) },
                opening: { try? SQLiteStore.open($0) }, warn: { log.warning($0) })
        }
    }

    /// Works on an unlocked vault.
    package init(
        vault: Vault, effects: KeeperEffects, reason: String = "", file: FileIdentity? = nil,
        databaseMark: String? = nil
    ) {
        self.vault = vault
        self.effects = effects
        self.reason = reason
        self.file = file
        self.databaseMark = databaseMark
        grants = VaultGrantStore(vault: vault, clock: effects.clock, log: effects.log, reason: reason)
        outlet = NoticeOutlet(clock: effects.clock, log: effects.log)
        client = TokenClient(transport: effects.transport, now: effects.now)
        pacer = Self.pacer(vault, effects)
        refresher = Refresher(store: grants, client: client, pacer: pacer, effects: effects.refresh)
    }

    private static func pacer(_ vault: Vault, _ effects: KeeperEffects) -> RequestPacer {
        let (log, events) = (effects.log, effects.events)
        let say: @Sendable (String?) -> Void = { reason in
            events.shares(limits: reason == nil)
            if let reason { log.notice("\(reason)") }
        }
        let ledger: any PaceLedger =
            if let paces = vault.sharedPaces {
                FleetPaceLedger(clock: effects.clock, paces: paces, say: say)
            } else {
                SharedPaceLedger(clock: effects.clock, cells: { try vault.sharedCells() }, say: say)
            }
        return RequestPacer(clock: effects.clock, ledger: ledger) { event in
            switch event {
            case .waiting(let provider, let duration): events.waits(duration, provider: provider)
            case .refused(let provider, let factor): events.refused(by: provider, factor: factor)
            }
        }
    }

    /// Waits until no refresh is under way: what recorded an intent goes on to its commit.
    package func landed() async {
        await refresher.landed()
    }

    // MARK: - Parts

    func entry(_ path: CredentialPath, _ kind: EntryKind) async throws -> Entry {
        guard let entry = try await vault.inspect(path) else {
            throw KeeperError(.notFound, "there is no \(kind.name) \(path)", path: path)
        }
        guard entry.kind == kind else {
            throw KeeperError(.wrongKind, "\(path) is \(entry.kind.phrase), not \(kind.phrase)", path: path)
        }
        return entry
    }

    func pair(_ path: CredentialPath) async throws -> GrantPair {
        let appPath = path.parent
        let entries = try await vault.inspect(all: [path] + [appPath].compactMap(\.self))
        guard let entry = entries[path] else {
            throw KeeperError(.notFound, "there is no connection \(path)", path: path)
        }
        guard entry.kind == .connection else {
            throw KeeperError(.wrongKind, "\(path) is \(entry.kind.phrase), not a connection", path: path)
        }
        guard let appPath, let appEntry = entries[appPath] else {
            throw KeeperError(.notFound, "the app of \(path) was removed", path: path)
        }
        let pair = try GrantPair(entry: entry, appEntry: appEntry)
        try vault.confirmTaint(pair.app.taintEpoch, of: appEntry.id)
        return pair
    }

    /// A connection and its app, unless one of them is gone or only a newer program knows it.
    func knownPair(_ path: CredentialPath) async throws -> GrantPair? {
        do {
            return try await pair(path)
        } catch let error as KeeperError where error.code == .notFound || error.code == .needsReauthorization {
            return nil
        } catch let error as VaultError where error.code == .newerFormat {
            return nil
        }
    }

    func requireIssuer(_ path: CredentialPath) throws {
        guard try vault.role(for: path) > .reader else {
            throw KeeperError(.notPermitted, "this identity may read but not write in space \(path.space)", path: path)
        }
    }

    /// Writes an event that changes nothing, before its effect.
    ///
    /// - Parameters:
    ///   - action: What.
    ///   - paths: On what.
    ///   - remark: What a person should know of it, besides what the caller gave with `--reason`.
    ///   - details: What programs look for, by name.
    ///   - fences: Entries that must still stand as they were read.
    ///   - outcome: Whether it is done.
    /// - Throws: ``VaultError``, and then what was to be recorded must not happen.
    func record(
        _ action: AuditAction, _ paths: [CredentialPath], _ remark: String = "", details: [String: String] = [:],
        fences: [EntryFence] = [], outcome: AuditOutcome = .allowed
    ) async throws {
        try await vault.record(
            AuditRecord(
                at: effects.now(), action: action, paths: paths.map(\.description), outcome: outcome,
                reason: because(remark), details: details),
            whileUnchanged: fences)
    }

    /// A remark together with what the caller gave with `--reason`.
    func because(_ remark: String) -> String { Self.join(remark, reason) }

    /// A remark and a reason in one text.
    static func join(_ remark: String, _ reason: String) -> String {
        [remark, reason].filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

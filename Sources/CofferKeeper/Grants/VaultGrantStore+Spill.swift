// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension VaultGrantStore {
    /// The vault can't be written and the provider has spent the old token: wait for a database that is away, give up the reserve and
    /// try again, then put the pair where the database is not.
    func commitInNeed(
        _ renewal: GrantRenewal, _ record: ConnectionRecord, _ traced: [TracedSecret], over pair: GrantPair,
        after error: VaultError
    ) async throws -> GrantPair {
        if let written = try await commitOnceReachable(record, traced, over: pair, after: error) { return written }
        if vault.releaseRoom() {
            do {
                return try await write(record, over: pair, action: .endRefresh, reason: "accepted", traced: traced)
            } catch let error as VaultError {
                log.notice("the vault could not be written even with the reserved room: \(error.message)")
            }
        }
        // Without an intent nobody would look for it, and nothing is lost: the client asks for another.
        guard pair.connection.intent != nil, !renewal.leavesIntent else { throw error }
        let minted = pair.connection.intentEpoch ?? pair.mintingEpoch
        do {
            try vault.spill(SpilledRenewal(renewal, mintedUnder: minted).fields, for: pair.entry)
        } catch {
            log.warning("the new tokens of \(pair.entry.path) could be kept nowhere: connect the account again")
            throw error
        }
        log.warning("\(pair.entry.path): its new tokens lie sealed beside the vault, which can't be written")
        throw KeeperError(
            .spilled,
            """
            \(pair.entry.path) was refreshed but the vault can't be written (\(error.message)); the new tokens are sealed \
            beside the vault and will be taken in once there is room
            """, path: pair.entry.path)
    }

    /// Takes in what was spilled for exactly this version of the entry.
    ///
    /// Whoever writes a connection outside a refresh calls this first, since with another version it would not be found.
    ///
    /// - Parameters:
    ///   - pair: the entry.
    ///   - isReading: whether nothing is written after it for now: then a folder that can't be looked into is told of and passed
    ///     over. The present token is as good as it was, and nothing is lost by showing it.
    /// - Returns: whether the entry has changed, so that it must be read again.
    /// - Throws: ``VaultError`` where nothing can be told of what was spilled, or written.
    func takeInSpill(_ pair: GrantPair, isReading: Bool = false) async throws -> Bool {
        guard let spilled = try findSpilled(pair, isReading) else { return false }
        let renewal = try SpilledRenewal(spilled.fields).renewal
        let (record, traced) = ConnectionRenewal(
            renewal, presented: pair.connection.refreshToken, appRevision: Int(pair.appEntry.version)
        ).applied(to: pair)
        do {
            _ = try await write(
                record, over: pair, action: .endRefresh, reason: "taken in from the spill", traced: traced)
        } catch let error as OAuthError where error.code == .superseded {
            // Another process has taken it in.
            return true
        }
        log.notice("\(pair.entry.path): tokens that could not be saved earlier were taken in")
        // Another folder may be that of the vault of which this one is a copy, and hold what that one needs.
        guard spilled.isOwn else { return true }
        do { try vault.forgetSpill(for: pair.entry.id, version: pair.entry.version) } catch {
            log.notice("what was spilled for \(pair.entry.path) could not be removed; it is sealed and of no more use")
        }
        return true
    }

    /// Makes sure that nothing lies unseen for this version of an entry that is to be written over.
    ///
    /// - Throws: ``VaultError`` if the folder that its intent names can't be looked into.
    func requireSearched(_ pair: GrantPair) throws { _ = try findSpilled(pair, false) }

    /// What was spilled for exactly this version: beside the vault, or where its intent says if that was elsewhere.
    ///
    /// A folder that can't be used stops whoever writes: a refresh would present a token that was spent, and whatever is written
    /// gives the entry another version, for which nothing is found any more. Who only reads is told and goes on.
    private func findSpilled(_ pair: GrantPair, _ isReading: Bool) throws -> (fields: FieldTable, isOwn: Bool)? {
        guard pair.connection.intent != nil else { return nil }
        if let fields = try vault.spilled(for: pair.entry) { return (fields, true) }
        guard let folder = pair.connection.namedSpillFolder, folder != vault.spillFolder else { return nil }
        do {
            guard let fields = try vault.spilled(for: pair.entry, in: folder) else { return nil }
            log.notice(
                "\(pair.entry.path): the vault was moved or copied since its refresh began, and its new tokens lie in \(folder)"
            )
            return (fields, false)
        } catch let error as VaultError {
            guard !isReading else {
                log.warning(
                    "\(pair.entry.path): the spill folder that its intent names is not looked into: \(error.message)")
                return nil
            }
            throw VaultError(
                error.code,
                """
                \(pair.entry.path) is neither refreshed nor changed, as its new tokens may lie in \(folder), which can't be \
                looked into (\(error.message)); mend that, or remove the connection and connect the account again
                """)
        }
    }
}

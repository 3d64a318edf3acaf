// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension VaultGrantStore {
    /// The vault can't be written and the provider has spent the old token: give up the reserve and try again, then put
    /// the pair where the database is not.
    func commitInNeed(
        _ renewal: GrantRenewal, _ record: ConnectionRecord, _ traced: [TracedSecret], over pair: GrantPair,
        after error: VaultError
    ) async throws -> GrantPair {
        if vault.releaseRoom() {
            do {
                return try await write(record, over: pair, action: .endRefresh, reason: "accepted", traced: traced)
            } catch let error as VaultError {
                log.notice("the vault could not be written even with the reserved room: \(error.message)")
            }
        }
        // Without an intent nobody would look for it, and nothing is lost: the client asks for another.
        guard pair.connection.intent != nil, !renewal.leavesIntent else { throw error }
        let minted = pair.connection.intentEpoch ?? pair.app.secretEpoch
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
    /// - Returns: whether the entry has changed, so that it must be read again.
    func takeInSpill(_ pair: GrantPair) async throws -> Bool {
        guard pair.connection.intent != nil, let fields = try vault.spilled(for: pair.entry) else { return false }
        let renewal = try SpilledRenewal(fields).renewal
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
        do {
            try vault.forgetSpill(for: pair.entry.id, version: pair.entry.version)
        } catch {
            log.notice("what was spilled for \(pair.entry.path) could not be removed; it is sealed and of no more use")
        }
        return true
    }
}

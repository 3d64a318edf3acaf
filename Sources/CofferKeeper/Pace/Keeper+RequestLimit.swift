// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Synchronization

/// Whose limits a connection's API has, as this process has read it, for as long as nothing in the vault changes.
final class PacedAPIMemory: Sendable {
    private let known = Mutex<[CredentialPath: (api: PacedAPI?, mark: StoreMark)]>([:])

    func recall(_ path: CredentialPath, in vault: Vault) -> PacedAPI?? {
        known.withLock { known in
            guard let one = known[path], vault.isUnchanged(since: one.mark) else { return nil }
            return .some(one.api)
        }
    }

    func remember(_ api: PacedAPI?, of path: CredentialPath, at mark: StoreMark?) {
        guard let mark else { return }
        known.withLock { $0[path] = (api, mark) }
    }
}

extension Keeper {
    /// Waits until the API that a credential is for may be called.
    func waitForLimit(of credential: Credential) async throws {
        guard let api = try await pacedAPI(of: credential.path) else { return }
        try await pacer.pace(api)
    }

    /// Hears that the API was called too fast nevertheless.
    func report(limited credential: Credential, retryAfter: Duration?) async throws {
        guard let api = try await pacedAPI(of: credential.path) else { return }
        pacer.heardLimit(api, retryAfter: retryAfter)
    }

    /// Nil for what is no connection: a static secret has no limit that anybody knows.
    private func pacedAPI(of path: CredentialPath) async throws -> PacedAPI? {
        if let known = apis.recall(path, in: vault) { return known }
        let mark = vault.mark()
        let api = try await readAPI(of: path)
        apis.remember(api, of: path, at: mark)
        return api
    }

    private func readAPI(of path: CredentialPath) async throws -> PacedAPI? {
        guard let entry = try await vault.inspect(path), entry.kind == .connection else { return nil }
        let pair = try await pair(path)
        let account = pair.connection.displayHost ?? pair.connection.accountID
        if let registration = pair.app.registration { return PacedAPI(registration, account: account) }
        // A reader does not see the description, but what everybody has built in.
        let limits = ProviderCatalogue.entry(id: pair.app.providerID)?.description.apiRateLimits
        return PacedAPI(
            providerID: pair.app.providerID, providerName: pair.app.providerName, clientID: pair.app.displayClientID,
            account: account, limits: limits ?? [])
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Logging

extension Keeper {
    /// Waits until the API that a credential is for may be called.
    func waitForLimit(of credential: Credential, atMost longest: Duration) async throws {
        guard let api = try await pacedAPI(of: credential.path) else { return }
        try await pacer.pace(api, within: longest)
    }

    /// Hears that the API was called too fast nevertheless.
    func report(limited credential: Credential, retryAfter: Duration?) async throws {
        guard let api = try await pacedAPI(of: credential.path) else { return }
        pacer.heardLimit(api, retryAfter: retryAfter)
    }

    /// Nil for what is no connection: a static secret has no limit that anybody knows.
    ///
    /// The token is in the caller's hands already, and a vault that is busy at this moment is no reason to send nothing: then
    /// holds what was known of the limit, and if nothing was, the server's own "too fast" remains.
    private func pacedAPI(of path: CredentialPath) async throws -> PacedAPI? {
        if let known = apis.recall(path, in: vault) { return known }
        let mark = vault.mark()
        do {
            let api = try await readAPI(of: path)
            apis.remember(api, of: path, at: mark)
            return api
        } catch {
            try Task.checkCancellation()
            effects.log.debug("The limit of an API could not be read; what was known of it holds.", ["path": "\(path)"])
            return apis.lastKnown(path)
        }
    }

    private func readAPI(of path: CredentialPath) async throws -> PacedAPI? {
        guard let entry = try await vault.inspect(path), entry.kind == .connection else { return nil }
        let pair = try await pair(path)
        let account = pair.connection.displayHost ?? pair.connection.accountID ?? entry.id.description
        if let registration = pair.app.registration { return PacedAPI(registration, account: account) }
        // A reader does not see the description, but what everybody has built in.
        let known = ProviderCatalogue.entry(id: pair.app.providerID)?.description
        return PacedAPI(
            providerID: pair.app.providerID, providerName: pair.app.providerName, clientID: pair.app.displayClientID,
            account: account, limits: known?.apiRateLimits ?? [], tokenLimit: known?.rateLimit)
    }
}

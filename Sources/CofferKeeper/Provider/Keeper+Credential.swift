// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// A connection's token or a secret's value as a credential.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind`, and what a refresh throws.
    package func credential(for request: CredentialRequest) async throws -> Credential {
        if let credential = atHand(request) { return credential }
        return try await credentialBeyondReach(for: request)
    }

    /// The same where it is not at hand.
    func credentialBeyondReach(for request: CredentialRequest) async throws -> Credential {
        try request.refuseEmptiness()
        let narrowing = try TokenNarrowing(
            scope: request.scope, audience: request.audience, resource: request.resource)
        let key = HandoutKey(path: request.path, narrowing: narrowing)
        if let credential = recalled(key, request.minimumValidity) { return credential }
        return try await effects.events.asked(for: request.path) {
            try await recordingRefusal(of: .handOut, request.path) {
                try await outlastingHold(of: request.path, request.holdWait) {
                    try await amongOthers(request.path) { try await credentialFromVault(for: request, narrowing) }
                }
            }
        }
    }

    private func credentialFromVault(
        for request: CredentialRequest, _ narrowing: TokenNarrowing?
    ) async throws -> Credential {
        let mark = vault.mark()
        guard let entry = try await vault.inspect(request.path) else {
            throw KeeperError(.notFound, "there is no entry \(request.path)", path: request.path)
        }
        switch entry.kind {
        case .connection:
            return try await tokenFromVault(
                request.path, narrowing, request.minimumValidity, isStrict: true, wait: Self.issuerWait
            ).credential
        case .secret:
            guard narrowing == nil else {
                throw KeeperError(
                    .usage, "\(request.path) is a static secret, which has no narrower ones", path: request.path)
            }
            return try await handedOut(entry, mark)
        case .app:
            throw KeeperError(.wrongKind, "\(request.path) is an app; name one of its connections", path: request.path)
        default: throw VaultError.newer("\(request.path)")
        }
    }

    /// Lets out the value of a static secret's entry.
    func handedOut(_ entry: Entry, _ mark: StoreMark?) async throws -> Credential {
        let value = try await handedOutValue(of: entry)
        let credential = Credential(path: entry.path, value: value, version: Int(entry.version))
        let handout = Handout(credential: credential, action: .read, entryID: entry.id, mark: mark) { _, _ in true }
        try await letOut(handout, from: [EntryFence(entry)])
        return credential
    }
}

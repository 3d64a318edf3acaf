// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault

/// What a server of this machine gives to its clients: access tokens and static secrets, whatever the identity could read
/// besides.
extension Keeper {
    /// Whether this identity refreshes anything itself.
    package var refreshes: Bool { vault.writesAnything }
    /// The vault's id, in hexadecimal.
    package var vaultID: String { vault.id.description }
    /// The name that the vault's members know this identity by.
    package var identityName: String { vault.ownName }

    /// A token that this process has handed out before and may hand out again without reading anything; it is counted.
    package func recalledToken(for request: CredentialRequest) -> Credential? {
        guard !request.isNarrowed else { return nil }
        return recalled(HandoutKey(path: request.path, narrowing: nil), request.minimumValidity, as: .handOut)
    }

    /// Hands out an access token that lives for as long as was asked.
    ///
    /// - Returns: the token, and what a person should know with it.
    /// - Throws: ``CredentialError`` in all its kinds, `misconfigured` for what is no connection.
    package func clientToken(for request: CredentialRequest) async throws -> TokenHandout {
        do {
            try request.refuseEmptiness()
            let narrowing = try TokenNarrowing(
                scope: request.scope, audience: request.audience, resource: request.resource)
            return try await effects.events.asked(for: request.path) {
                try await token(
                    request.path, narrowing: narrowing, minimumValidity: request.minimumValidity, isStrict: true)
            }
        } catch {
            throw CredentialFailure.translated(error, path: request.path)
        }
    }

    /// Hands out a static secret.
    ///
    /// - Throws: ``CredentialError`` in all its kinds, `misconfigured` for what is no static secret.
    package func clientSecret(at path: CredentialPath) async throws -> Credential {
        do {
            let key = HandoutKey(path: path, narrowing: nil)
            if let credential = recalled(key, nil, as: .read) { return credential }
            return try await effects.events.asked(for: path) {
                try await recordingRefusal(of: .read, path) {
                    try await amongOthers(path) {
                        let mark = vault.mark()
                        return try await handedOut(try await entry(path, .secret), mark)
                    }
                }
            }
        } catch {
            throw CredentialFailure.translated(error, path: path)
        }
    }

    /// Hears that a server refused a token, and has it replaced where that can be done here.
    ///
    /// - Throws: ``CredentialError``: why there is no other one.
    package func clientReport(rejected credential: Credential) async throws {
        do { try await report(rejected: credential) } catch {
            throw CredentialFailure.translated(error, path: credential.path)
        }
    }

    /// Finds out whether the vault can be read at this moment; no event is written, as nothing is shown.
    ///
    /// - Throws: ``CredentialError``.
    package func confirmReadable() async throws {
        do { _ = try await vault.inspect(EntryID.random()) } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }

    /// The entries below a prefix that this identity may see, sorted by path; all of them without one.
    ///
    /// - Throws: ``CredentialError``.
    package func clientEntries(below prefix: String?) async throws -> [EntryView] {
        do { return try await list(below: prefix) } catch { throw CredentialFailure.translated(error, path: nil) }
    }

    /// The connections below a prefix that this identity may see, sorted by path; all of them without one.
    ///
    /// - Throws: ``CredentialError``.
    package func clientConnections(below prefix: String?) async throws -> [ConnectionView] {
        do {
            let connections = try await status()
            guard let prefix else { return connections }
            let start = prefix.hasSuffix("/") ? prefix : prefix + "/"
            return connections.filter { $0.path == prefix || $0.path.hasPrefix(start) }
        } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }
}

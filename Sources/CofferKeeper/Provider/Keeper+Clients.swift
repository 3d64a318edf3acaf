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
    /// The vault's file as it is open here, as a client of this machine names it (`FileIdentity.text`), or its database
    /// (``VaultLocation/databaseMark``); nil where it is not known.
    package var vaultFile: String? { file?.text ?? databaseMark }
    /// The name that the vault's members know this identity by.
    package var identityName: String { vault.ownName }

    /// Which identity this is and what it may do where, as a text to compare with another.
    package var rights: String {
        ([vault.ownFingerprint] + vault.roles.map { "\($0.role.name) \($0.space)" }).joined(separator: "\n")
    }

    /// A token that this process has handed out before and may hand out again without reading anything; it is counted.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - ticket: The ticket that it is asked for with, if there is one.
    /// - Returns: the token; nil where the vault has to be asked.
    package func recalledToken(for request: CredentialRequest, ticket: TicketID? = nil) -> Credential? {
        guard !request.isNarrowed else { return nil }
        let key = HandoutKey(path: request.path, narrowing: nil, ticket: ticket)
        return recalled(key, request.minimumValidity, as: .handOut)
    }

    /// Hands out an access token that lives for as long as was asked.
    ///
    /// Whoever has a ticket has nothing refreshed for that: beyond the hard window he is given what there is, or nothing.
    ///
    /// - Returns: the token, and what a person should know with it.
    /// - Throws: ``CredentialError`` in all its kinds, `misconfigured` for what is no connection.
    package func clientToken(for request: CredentialRequest) async throws -> TokenHandout {
        do {
            try request.refuseEmptiness()
            let narrowing = try TokenNarrowing(
                scope: request.scope, audience: request.audience, resource: request.resource)
            let isGuest = Asker.ticket != nil
            return try await effects.events.asked(for: request.path) {
                let handout = try await token(
                    request.path, narrowing: narrowing, minimumValidity: isGuest ? nil : request.minimumValidity,
                    isStrict: true)
                guard !isGuest || handout.credential.isValid(for: request.minimumValidity, at: effects.now()) else {
                    throw KeeperError(
                        .tooShort,
                        "the token of \(request.path) lives for less than was asked for, and none is refreshed for a ticket before it must be",
                        path: request.path)
                }
                return handout
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

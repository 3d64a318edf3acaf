// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
import CofferOAuth
public import Foundation
public import Logging

/// Hands out credentials from a vault, in process: access tokens refreshed as they need it, and static secrets.
///
/// ```swift
/// let vault = try await VaultCredentialProvider.open()
/// let token = try await vault.credential(for: "main/amocrm/acme")
/// ```
///
/// One value serves a whole program: its tasks share one refresh of a connection, and other processes on the
/// same vault are waited for. What it can do depends on the identity it finds: an issuer's refreshes, a
/// reader's does not.
public struct VaultCredentialProvider: CredentialProvider {
    let keeper: Keeper
    private let transport: NetworkTransport?

    /// Opens a vault as the `coffer` command does: arguments before environment before defaults.
    ///
    /// - Parameters:
    ///   - vault: The vault's file; nil for `COFFER_VAULT` or the default.
    ///   - identityFile: The identity's file; nil for what the environment says or the default.
    ///   - environment: Where variables are looked up.
    ///   - logger: Where refreshes and what hinders them are told, never a secret; nil for nowhere. Metrics and spans go
    ///     to the systems that the program has set up.
    /// - Returns: a provider, to be closed at the end.
    /// - Throws: ``CredentialError`` `misconfigured`, `damaged`, `not_permitted`, `unavailable`.
    public static func open(
        vault: String? = nil, identityFile: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger? = nil
    ) async throws -> VaultCredentialProvider {
        let transport = NetworkTransport(userAgent: CofferVersion.userAgent)
        do {
            let location = try VaultLocation.resolve(
                environment: environment, vault: vault, identityFile: identityFile)
            let effects = KeeperEffects(transport: transport, log: logger.map { KeeperLog($0) } ?? .silent)
            let keeper = try await Keeper.open(location, effects: effects)
            return VaultCredentialProvider(keeper: keeper, transport: transport)
        } catch {
            await transport.shutdown()
            throw CredentialFailure.translated(error, path: nil)
        }
    }

    init(keeper: Keeper, transport: NetworkTransport) {
        self.keeper = keeper
        self.transport = transport
    }

    /// Hands out what a keeper has; whose network that uses is its caller's.
    package init(of keeper: Keeper) {
        self.keeper = keeper
        transport = nil
    }

    /// Waits for refreshes under way, records how often values were handed out from memory, and closes connections; call
    /// it before the program ends.
    public func close() async {
        await keeper.close()
        await transport?.shutdown()
    }

    /// Hands out a token or a static secret; see ``CredentialProvider/credential(for:)``.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        // In front of all that may suspend: what is at hand costs no second call of an asynchronous function.
        if let credential = keeper.atHand(request) { return credential }
        do {
            return try await keeper.credentialBeyondReach(for: request)
        } catch {
            throw CredentialFailure.translated(error, path: request.path)
        }
    }

    /// Has a token that a server refused replaced, once, however many report it.
    public func report(rejected credential: Credential) async {
        // Whoever reports asks again next, and hears then why there is no other.
        try? await keeper.report(rejected: credential)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto
package import CofferOAuth
package import CofferRotation
import CofferVault

extension Keeper {
    /// States in which a login would change nothing, or nobody wants one.
    private static let beyondLogin: Set<GrantState> = [.blocked, .paymentRequired, .retired]

    /// The links by which accounts are authorised again that a rotation left to a person, and that nobody has connected since.
    ///
    /// Nothing is written, and nothing sent. They are the same whenever they are asked for, and hold until the account is connected.
    ///
    /// - Parameter report: The rotation.
    /// - Returns: one for each such connection, in the rotation's order.
    /// - Throws: ``KeeperError`` `busy` while the app's new secret is not in force yet, `not_permitted` for readers.
    package func loginLinks(of report: RotationReport) async throws -> [LoginLink] {
        var links: [LoginLink] = []
        for path in try await pathsLeft(report) {
            guard let pair = try await pair(awaitingLogin: path) else { continue }
            let attempt = try await loginAttempt(report.id, pair)
            links.append(LoginLink(path: path, url: attempt?.url, rotation: report.id))
        }
        return links
    }

    /// The connections that a rotation left to a person, those that it planned for first, then those that it found in no plan.
    ///
    /// Where it has put another client id in force, that is what was connected to the former client after its opening as well.
    private func pathsLeft(_ report: RotationReport) async throws -> [CredentialPath] {
        guard report.state != .abandoned else { return [] }
        let left = report.connectionsOfPersons.map(\.path)
        guard let entry = try await vault.inspect(report.app), entry.kind == .app else { return left }
        let app = try AppRecord(entry)
        guard app.clientEpoch > 0, app.secretRotation == report.id.description else { return left }
        let known = Set(report.connections.map(\.path)).union(left)
        let others = try await connections(of: report.app).filter { entry in
            guard !known.contains(entry.path), let record = try ConnectionRecord.known(entry) else { return false }
            return !record.usesClientCredentials && app.isOfFormerClient(mintedUnder: record.mintedUnder)
        }
        return left + others.map(\.path).sorted()
    }

    /// The connection, if nobody has connected it since it was left to a person.
    private func pair(awaitingLogin path: CredentialPath) async throws -> GrantPair? {
        guard let pair = try await knownPair(path),
            pair.isTainted || pair.isOfFormerClient || pair.connection.state == .needsReauthorization,
            !Self.beyondLogin.contains(pair.connection.state)
        else { return nil }
        return pair
    }

    /// The attempt behind a link that somebody has used.
    ///
    /// - Parameters:
    ///   - report: The rotation that the link is of.
    ///   - path: The connection.
    /// - Returns: the attempt; nil as ``loginAttempt(_:_:)``.
    /// - Throws: ``KeeperError`` `usage` where that rotation has no link for this connection, or its link has ended: the account was
    ///   connected, or removed. Whoever kept one can begin nothing with it any more.
    package func linkedAttempt(
        _ report: RotationReport, _ path: CredentialPath
    ) async throws -> AuthorizationAttempt? {
        try await loginAttempt(report.id, awaitedPair(path, report))
    }

    private func awaitedPair(_ path: CredentialPath, _ report: RotationReport) async throws -> GrantPair {
        guard try await pathsLeft(report).contains(path), let pair = try await pair(awaitingLogin: path) else {
            throw KeeperError(
                .usage,
                "rotation \(report.id) has no link for \(path), or it has ended; connect the account without one",
                path: path)
        }
        return pair
    }

    /// Takes where the browser ended that used a link.
    ///
    /// A link is of one account, and whoever holds it can answer with an account of their own, so another one's tokens are dropped
    /// whoever confirms them. Its id decides: a host may change (a renamed account), or be that of many. Where no id is known another
    /// host is refused, and of the same one a person has to say whose it is.
    ///
    /// - Parameters:
    ///   - path: The connection.
    ///   - code: What came back to ``linkedAttempt(_:_:)``.
    ///   - report: The rotation that the link is of.
    /// - Returns: the account, which waits to be confirmed.
    /// - Throws: ``KeeperError`` `account_mismatch`, or as ``linkedAttempt(_:_:)`` and ``finishConnecting(_:with:)``.
    package func finishConnecting(
        _ path: CredentialPath, with code: AuthorizationCode, linkedBy report: RotationReport
    ) async throws -> FoundAccount {
        // Once more: the account may have come back by itself while the person was at the provider.
        let meant = try await awaitedPair(path, report).connection
        var found = try await finishConnecting(path, with: code)
        let isAnother =
            meant.accountID.map { $0 != found.accountID } ?? meant.accountHost.map { $0 != found.host } ?? false
        guard !isAnother else {
            try await discard(found)
            let name = found.accountID.map { "account \($0)" } ?? "one that the provider did not name"
            throw KeeperError(
                .accountMismatch,
                "the link was for \(meant.accountID.map { "account \($0)" } ?? "another host's account"), and \(name) answered; "
                    + "its tokens were dropped", path: path)
        }
        found.isUncompared = meant.accountID == nil
        return found
    }

    /// The attempt behind the link of a rotation and a connection: the same in every process that is an issuer's.
    ///
    /// What is chance elsewhere comes from the space's own key, so that nothing has to be kept and nobody else can foresee it: `state`
    /// binds the callback to this connection and this rotation (RFC 9700 §2.1), the verifier of PKCE never leaves (RFC 7636 §4.1). It is
    /// bound to all that is asked for and to the tokens that are to be replaced, so that it ends with each of them. Where the former
    /// client goes on with the grant, those are replaced every hour without a login, and what ends it is a grant to the present one.
    ///
    /// - Parameters:
    ///   - rotation: The rotation.
    ///   - pair: The connection.
    /// - Returns: the attempt; nil where the provider wants requests left beforehand, which end within seconds (RFC 9126 §2.2), a key
    ///   of its own for each (RFC 9449), or an address to come back to that the app has not.
    /// - Throws: as ``registration(forConnecting:)``.
    func loginAttempt(_ rotation: RotationID, _ pair: GrantPair) async throws -> AuthorizationAttempt? {
        let path = pair.entry.path
        let registration = try await registration(forConnecting: path)
        let provider = registration.provider
        guard provider.endpoints.pushedAuthorization == nil, provider.dpop != true else { return nil }
        let scopes = try await scopes(forConnecting: path)
        let host = provider.endpoints.authorization?.needsAccountHost == true ? pair.connection.accountHost : nil
        let replaced =
            pair.isOfFormerClient
            ? "before client \(pair.app.clientEpoch)" : String(pair.connection.tokenVersion)
        let subject =
            [
                rotation.description, pair.entry.id.description, replaced, provider.id,
                registration.clientID, registration.redirectURI ?? "", host ?? "",
            ] + scopes
        var chances: [AuthorizationAttempt.Chance: Secret] = [:]
        for chance in AuthorizationAttempt.Chance.allCases {
            chances[chance] = try vault.chance(for: "connect \(chance.rawValue)", boundTo: subject, at: path)
        }
        do {
            return try AuthorizationAttempt(registration, scopes: scopes, accountHost: host) { chance in
                chances[chance]?.withExposedBytes { Array($0) } ?? []
            }
        } catch {
            guard [.unsupported, .configuration].contains(error.code) else { throw error }
            return nil
        }
    }
}

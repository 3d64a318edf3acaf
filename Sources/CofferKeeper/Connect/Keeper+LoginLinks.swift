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
        for connection in report.connections where try await awaitsLogin(connection, report) {
            let attempt = try await loginAttempt(report.id, connection.path)
            links.append(LoginLink(path: connection.path, url: attempt?.url, rotation: report.id))
        }
        return links
    }

    /// Whether a rotation left a connection to a person, and nobody has connected it since.
    private func awaitsLogin(_ connection: ReportedConnection, _ report: RotationReport) async throws -> Bool {
        guard connection.outcome == .needsPerson, report.state != .abandoned,
            let pair = try await knownPair(connection.path)
        else { return false }
        return (pair.isTainted || pair.connection.state == .needsReauthorization)
            && !Self.beyondLogin.contains(pair.connection.state)
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
        guard let connection = report.connections.first(where: { $0.path == path }),
            try await awaitsLogin(connection, report)
        else {
            throw KeeperError(
                .usage,
                "rotation \(report.id) has no link for \(path), or it has ended; connect the account without one",
                path: path)
        }
        return try await loginAttempt(report.id, path)
    }

    /// The attempt behind the link of a rotation and a connection: the same in every process that is an issuer's.
    ///
    /// What is chance elsewhere comes from the space's own key, so that nothing has to be kept and nobody else can foresee it: `state`
    /// binds the callback to this connection and this rotation (RFC 9700 §2.1), the verifier of PKCE never leaves (RFC 7636 §4.1).
    ///
    /// - Parameters:
    ///   - rotation: The rotation.
    ///   - path: The connection.
    /// - Returns: the attempt; nil where the provider wants requests left beforehand, which end within seconds (RFC 9126 §2.2), a key
    ///   of its own for each (RFC 9449), or an address to come back to that the app has not.
    /// - Throws: as ``registration(forConnecting:)``.
    func loginAttempt(_ rotation: RotationID, _ path: CredentialPath) async throws -> AuthorizationAttempt? {
        let registration = try await registration(forConnecting: path)
        let provider = registration.provider
        guard provider.endpoints.pushedAuthorization == nil, provider.dpop != true else { return nil }
        let host = try await knownPair(path)?.connection.accountHost
        var chances = try (0..<3).map { number in
            let subject = Secret("log in again, \(rotation), \(path), \(number)")
            return try vault.tag(of: subject, tier: .issue, at: path).bytes
        }
        do {
            return try AuthorizationAttempt(
                registration, scopes: try await scopes(forConnecting: path),
                accountHost: provider.endpoints.authorization?.needsAccountHost == true ? host : nil,
                random: { Array(chances.removeFirst().prefix($0)) })
        } catch let error as OAuthError where [.unsupported, .configuration].contains(error.code) {
            return nil
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension Keeper {
    /// How many connections are named in a refusal; a plan has them all.
    private static let namedFormerCount = 3

    /// The connections of an app that work with the client that it was before its present one.
    ///
    /// Whatever gives that client up leaves each of them to a person.
    func connectionsOfFormerClient(of app: CredentialPath) async throws -> [CredentialPath] {
        let record = try AppRecord(try await entry(app, .app))
        guard record.retiredClientID != nil else { return [] }
        return try await connections(of: app).filter { entry in
            guard let connection = try ConnectionRecord.known(entry), !connection.usesClientCredentials else {
                return false
            }
            return record.keepsClient(mintedUnder: connection.mintedUnder)
                && ![.needsReauthorization, .retired].contains(connection.state)
        }.map(\.path)
    }

    /// Refuses to give up a client that is still used, where nothing leaked that would call for it.
    ///
    /// - Throws: ``KeeperError`` `busy`.
    func requireNoFormerClient(of app: CredentialPath) async throws {
        let left = try await connectionsOfFormerClient(of: app)
        guard !left.isEmpty else { return }
        let names = left.prefix(Self.namedFormerCount).map(\.description).joined(separator: ", ")
        throw KeeperError(
            .busy,
            """
            \(left.count) of the connections of \(app) still work with its former client, which another planned rotation gives up: \
            connect them again first (coffer rotate links): \(names)\(left.count > Self.namedFormerCount ? ", …" : "")
            """, path: app)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferSandbox
import Foundation

extension ProviderWorld {
    /// How many connections are sealed in one transaction.
    private static let batchLength = 10_000

    /// Tokens of the first account for one more connection, without a request.
    ///
    /// - Parameters:
    ///   - path: where the connection is to be.
    ///   - end: when its access token ends; nil for what the provider says.
    /// - Returns: the tokens.
    func grant(at path: CredentialPath, until end: Date? = nil) -> DrillGrant {
        let given = sandbox.grant(sandbox.accounts[0], to: sandbox.integration)
        return DrillGrant(
            path: path, accessToken: Secret(given.accessToken), refreshToken: Secret(given.refreshToken),
            expiresAt: end ?? given.expiresAt, accountID: given.accountID, accountHost: given.host)
    }

    /// Seals connections of the world's app, past the network.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - grant: what the one with a number has.
    /// - Throws: what keeps them from being sealed, and what `grant` throws.
    func plant(_ count: Int, _ grant: (Int) throws -> DrillGrant) async throws {
        try await withKeeper { keeper in
            for start in stride(from: 0, to: count, by: Self.batchLength) {
                let numbers = start..<min(start + Self.batchLength, count)
                try await keeper.plant(numbers.map(grant), in: CredentialPath("main/crm"))
                Progress.show("sealing", numbers.upperBound, of: count, since: start)
            }
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Walks every chain of the record of events, and what came home from bundles, and says where one is not what its identity
    /// signed.
    ///
    /// Any member can do it. No body is opened but by owners, where something came home from bundles: how much it was.
    package func walkChains() async throws -> ChainReport {
        let remembered = seen?.recall()
        return try await reading { state, reader in
            try ChainWalk.run(state, reader, remembering: remembered)
        }
    }
}

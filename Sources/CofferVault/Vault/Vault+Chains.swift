// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Walks every chain of the record of events and says where one is not what its identity signed.
    ///
    /// Nothing is opened: any member can do it.
    package func walkChains() async throws -> ChainReport {
        let remembered = seen?.recall()
        return try await reading { state, reader in
            try ChainWalk.run(state.manifest, reader, remembering: remembered)
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Walks every chain, and goes through the events that hold and count, in the order in which they happened.
    ///
    /// - Parameters:
    ///   - survey: What grows on the way; begun anew if the membership changes meanwhile.
    ///   - history: Who wrote in which space.
    ///   - visit: Gets each event, and what of its writes its signer may write.
    /// - Returns: the survey, and what is wrong with the chains and with what came home from bundles.
    /// - Throws: what the store throws.
    package func surveyEvents<Survey: Sendable>(
        _ survey: Survey, _ history: MembershipHistory,
        _ visit: @escaping @Sendable (inout Survey, AuditListing, [ListedWrite]) -> Void
    ) async throws -> (survey: Survey, report: ChainReport) {
        let remembered = seen?.recall()
        let entitlement = WriteEntitlement(history)
        return try await reading { state, reader in
            var grown = survey
            let report = try ChainWalk.run(state, reader, remembering: remembered) { event, signer in
                let listing = AuditListing(event, of: signer, openedBy: state.identity)
                visit(&grown, listing, try entitlement.writes(of: listing, reader))
            }
            return (grown, report)
        }
    }
}

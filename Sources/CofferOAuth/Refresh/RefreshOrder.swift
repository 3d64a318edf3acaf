// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One grant of a batch, and why it is to be refreshed.
package struct RefreshOrder: Sendable, Equatable {
    /// The grant.
    package let id: GrantID
    /// Why.
    package let demand: RefreshDemand

    /// Joins them.
    package init(id: GrantID, demand: RefreshDemand) {
        self.id = id
        self.demand = demand
    }
}

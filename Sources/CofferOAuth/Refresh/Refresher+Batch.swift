// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Refresher {
    /// How many grants of a batch are looked at at once: 128.
    ///
    /// More than may present tokens (16), so that grants of one host that wait for their turn hide no
    /// others; few enough that 30,000 grants are not all read at the start.
    private static let batchWidth = 128

    /// Refreshes many grants, each as ``refresh(_:_:)`` does, under the bounds of parallelism and pace.
    ///
    /// A failure of one says nothing of the others. A cancelled batch starts no further grant, and
    /// what is under way goes on to its end.
    ///
    /// - Parameters:
    ///   - ids: the grants.
    ///   - demand: why.
    ///   - report: called with each result as it comes, in no order of its own, one at a time.
    package func refresh(
        _ ids: [GrantID], _ demand: RefreshDemand = .due,
        report: @Sendable (GrantID, Result<RefreshedGrant, any Error>) async -> Void
    ) async {
        await refresh(ids.map { RefreshOrder(id: $0, demand: demand) }, report: report)
    }

    /// Refreshes many grants, each for a reason of its own; see ``refresh(_:_:report:)``.
    package func refresh(
        _ orders: [RefreshOrder], report: @Sendable (GrantID, Result<RefreshedGrant, any Error>) async -> Void
    ) async {
        var rest = orders[...]
        await withTaskGroup(of: (GrantID, Result<RefreshedGrant, any Error>).self) { group in
            // No local function adds the tasks: one that captures the group is miscompiled with optimisation by
            // Swift 6.3.1, after which `next()` gives nothing (seen in a release build).
            for order in rest.prefix(Self.batchWidth) {
                group.addTask { (order.id, await self.attempt(order)) }
            }
            rest = rest.dropFirst(Self.batchWidth)
            while let (id, result) = await group.next() {
                await report(id, result)
                guard !Task.isCancelled, let next = rest.popFirst() else { continue }
                group.addTask { (next.id, await self.attempt(next)) }
            }
        }
    }

    private func attempt(_ order: RefreshOrder) async -> Result<RefreshedGrant, any Error> {
        do { return .success(try await refresh(order.id, order.demand)) } catch { return .failure(error) }
    }
}

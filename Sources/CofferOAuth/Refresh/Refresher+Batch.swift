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
        await withTaskGroup(of: (GrantID, Result<RefreshedGrant, any Error>).self) { group in
            var rest = ids.makeIterator()
            func startNext() {
                guard !Task.isCancelled, let id = rest.next() else { return }
                group.addTask {
                    do {
                        return (id, .success(try await self.refresh(id, demand)))
                    } catch {
                        return (id, .failure(error))
                    }
                }
            }
            for _ in 0..<Self.batchWidth { startNext() }
            while let (id, result) = await group.next() {
                await report(id, result)
                startNext()
            }
        }
    }
}

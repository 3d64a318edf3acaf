// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension VaultMove {
    /// Goes through something that both stores have in one order, page by page.
    ///
    /// - Parameters:
    ///   - read: Reads the items after one.
    ///   - precedes: The order.
    ///   - body: Told a page of the old store and what the new one has from its beginning to its end, and behind the last page
    ///     what is left; gives how much it changed.
    /// - Returns: how much was changed.
    /// - Throws: what reading and the body throw.
    func sweepPages<Item: Sendable>(
        _ read: @escaping @Sendable (any StoreReading, Item?) throws -> [Item],
        by precedes: @escaping @Sendable (Item, Item) -> Bool, _ body: ([Item], [Item]) async throws -> Int
    ) async throws -> Int {
        var changed = 0
        var last: Item?
        while true {
            try Task.checkCancellation()
            let after = last
            let page = try await source.read { try read($0, after) }
            guard let end = page.last else {
                let rest = try await there(after: after, through: nil, read, by: precedes)
                changed += try await body([], rest)
                return changed
            }
            let others = try await there(after: after, through: end, read, by: precedes)
            changed += try await body(page, others)
            last = end
        }
    }

    /// What the new store has after an item, up to another.
    private func there<Item: Sendable>(
        after first: Item?, through end: Item?, _ read: @escaping @Sendable (any StoreReading, Item?) throws -> [Item],
        by precedes: @escaping @Sendable (Item, Item) -> Bool
    ) async throws -> [Item] {
        var found: [Item] = []
        var last = first
        while true {
            let after = last
            let page = try await target.read { try read($0, after) }
            guard let newest = page.last else { return found }
            found += page.filter { item in end.map { !precedes($0, item) } ?? true }
            if let end, !precedes(newest, end) { return found }
            last = newest
        }
    }
}

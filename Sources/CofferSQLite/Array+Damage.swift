// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// Damaged pages and indexes lead SQLite to the same row twice, to one outside of what was asked for, or in a circle; it tells
/// only where a page is plainly malformed.
extension Array {
    /// The elements, if no two have the same id.
    ///
    /// - Throws: ``VaultError/damaged`` otherwise.
    func once(_ id: (Element) -> some Hashable) throws(VaultError) -> [Element] {
        guard Set(map(id)).count == count else { throw .damaged }
        return self
    }

    /// The elements, if their keys ascend from the one after `last`.
    ///
    /// - Throws: ``VaultError/damaged`` otherwise.
    func ascending(after last: [UInt8], _ key: (Element) -> [UInt8]) throws(VaultError) -> [Element] {
        var last = last
        for element in self {
            let next = key(element)
            guard last.lexicographicallyPrecedes(next) else { throw .damaged }
            last = next
        }
        return self
    }
}

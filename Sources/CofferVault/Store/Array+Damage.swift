// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Damaged pages and indexes lead a database to the same row twice, to one outside of what was asked for, or in a circle; SQLite
/// tells only where a page is plainly malformed, and a server may answer anything.
extension Array {
    /// The elements, if no two have the same id.
    ///
    /// - Throws: ``VaultError/damaged`` otherwise.
    package func once(_ id: (Element) -> some Hashable) throws(VaultError) -> [Element] {
        guard Set(map(id)).count == count else { throw .damaged }
        return self
    }

    /// The elements, if their keys ascend from the one after `last`.
    ///
    /// - Throws: ``VaultError/damaged`` otherwise.
    package func ascending(after last: [UInt8], _ key: (Element) -> [UInt8]) throws(VaultError) -> [Element] {
        var last = last
        for element in self {
            let next = key(element)
            guard last.lexicographicallyPrecedes(next) else { throw .damaged }
            last = next
        }
        return self
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A state of the store, as its change counter numbers them.
package struct StoreMark: Sendable, Equatable {
    fileprivate let value: UInt64
}

extension Vault {
    /// The number of the store's present state: what is read *after* this may be served from memory for as long as
    /// ``isUnchanged(since:)`` says so.
    ///
    /// Nil while a change is under way, and where nothing tells of changes that other processes make.
    package func mark() -> StoreMark? {
        guard let value = change?.value(), value.isMultiple(of: 2) else { return nil }
        return StoreMark(value: value)
    }

    /// Numbers that all processes on the vault see; nil where there can be none.
    ///
    /// - Throws: ``VaultError`` if what is there can't be used.
    package func sharedCells() throws -> (any SharedCells)? { try store.sharedCells() }

    /// Places under rate limits that all machines on the vault see; nil for a vault of one machine.
    package var sharedPaces: (any SharedPaces)? { store.sharedPaces }

    /// Whether other machines work on the vault, too.
    package var isOfSeveralMachines: Bool { store.sharedPaces != nil }

    /// Whether no entry, manifest or journal has changed since a mark; it costs no system call.
    ///
    /// Never of a bundle whose time is over.
    package func isUnchanged(since mark: StoreMark) -> Bool {
        change?.value() == mark.value && !isOver
    }
}

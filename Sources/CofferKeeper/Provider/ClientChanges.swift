// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// The connections and rotations as they are once something in the vault has changed.
package struct ClientChanges: Sendable {
    /// A state of the vault, to be compared with a later one.
    package struct Mark: Sendable {
        fileprivate let mark: StoreMark
    }

    /// The state from which on they are so; nil where nothing tells of changes.
    package let mark: Mark?
    /// The connections that this identity may see.
    package let connections: [ConnectionView]
    /// The rotations that this identity may see; none for a reader.
    package let rotations: [ClientRotation]
}

extension Keeper {
    /// Looks how the connections and rotations are, unless nothing has changed since a mark, which costs no system call.
    ///
    /// - Parameters:
    ///   - last: The mark of the look before; nil for none.
    ///   - over: The rotations that are known to be over, which are not looked at.
    /// - Returns: what is found; nil if nothing has changed.
    /// - Throws: `CredentialError`.
    package func clientChanges(
        since last: ClientChanges.Mark?, besides over: Set<String> = []
    ) async throws -> ClientChanges? {
        if let last, vault.isUnchanged(since: last.mark) { return nil }
        // Before it is read, so that what changes meanwhile is looked at again.
        let mark = vault.mark().map { ClientChanges.Mark(mark: $0) }
        let connections = try await clientConnections(below: nil)
        do {
            let rotations = try await clientRotations(besides: over)
            return ClientChanges(mark: mark, connections: connections, rotations: rotations)
        } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }
}

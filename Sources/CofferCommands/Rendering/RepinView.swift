// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferVault

/// What is told of a pin that was moved.
struct RepinView: Encodable {
    /// The pin, `coffer-pin-1…`.
    let pin: String

    /// The epoch of its manifest.
    let epoch: Int

    /// The identity's file.
    let identity: String

    /// Whether the file was changed.
    let moved: Bool

    /// Takes a move.
    init(_ move: Repin) throws {
        pin = try PinText(move.pin).written()
        epoch = Int(clamping: move.pin.epoch)
        identity = move.path
        moved = move.relation != .same
    }
}

extension Repin {
    /// What a person must know before it is done; nil where nothing is given up.
    var warning: String? {
        switch relation {
        case .same, .descendant: nil
        case .ancestor: "this pin is older than the one that the identity has: what was trusted since is given up"
        case .fork:
            """
            the vault descends from this pin and not from the identity's own: one of them was forked, perhaps by an owner \
            who was removed
            """
        case .elsewhere:
            "the vault does not descend from this pin: with it the identity will not open this vault"
        case .partsFromSeen:
            """
            this machine has seen a vault that parts from this pin or was newer: one of them was forked, perhaps by an \
            owner who was removed, or an earlier one was put back, or a part was cut off
            """
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import Foundation

/// A move of the pin in an identity's file, looked at and not yet made.
package struct Repin: Sendable {
    /// How the new pin and the old one stand to each other.
    package enum Relation: Sendable, Equatable {
        /// The identity had no other.
        case same
        /// The new one descends from the old one: nothing is given up.
        case descendant
        /// The old one descends from the new one: what was trusted since would be given up.
        case ancestor
        /// The vault descends from the new one and not from the old one: one of them names a fork.
        case fork
        /// The vault does not descend from the new one.
        case elsewhere
        /// This machine has seen a vault that parts from the new one, or that was newer.
        case partsFromSeen
    }

    /// Where the identity is.
    package let path: String
    /// The new pin.
    package let pin: Pin
    /// How they stand to each other.
    package let relation: Relation
    private let identity: IdentityText
    private let seen: SeenPlace?

    /// Compares a pin with an identity's own, in the vault.
    ///
    /// - Parameters:
    ///   - location: The vault, and the identity in a file.
    ///   - given: The new pin; nil for the newest manifest that the vault has.
    ///   - effects: The clock and the log.
    /// - Throws: ``KeeperError/Code/usage`` if the identity is in no file, ``VaultError/Code/wrongIdentity`` if the pin
    ///   belongs to another vault, ``VaultError/damaged`` if the vault does not descend from the identity's own pin and
    ///   no other was given.
    package init(_ location: VaultLocation, to given: Pin?, effects: KeeperEffects) async throws {
        guard case .file(let path) = location.identity else {
            throw KeeperError(.usage, "a pin is moved in the identity's file; unset COFFER_IDENTITY and the like")
        }
        let text = try await location.identity.read(effects.log)
        let opening = Opening(
            store: try await location.openStore(), identity: text.identity, now: effects.now)
        // Without a name: here the record is to be compared with this file, also if it was of another until now.
        seen = Keeper.seenPlace(location, effects.log).map { SeenPlace(folder: $0.folder, warn: $0.warn) }
        let to = if let given { given } else { try await opening.newest(text.pin, location.pin) }
        let relation = try await opening.relation(of: to, to: text.pin)
        let keepsSeen = if relation.givesNothingUp { try await opening.isAsSeen(to, at: seen) } else { true }
        self.relation = keepsSeen ? relation : .partsFromSeen
        pin = to
        identity = text
        self.path = path
    }

    /// The vault, opened with one pin or another.
    private struct Opening {
        let store: any VaultStore
        let identity: Identity
        let now: @Sendable () -> Date

        /// The pin of the newest manifest that descends from both.
        func newest(_ own: Pin?, _ other: Pin?) async throws -> Pin {
            let text = IdentityText(identity: identity, pin: own)
            return try await Vault.unlock(store, with: text, trusting: other, now: now).pin
        }

        func relation(of given: Pin, to own: Pin?) async throws -> Relation {
            guard given != own else { return .same }
            if let own, own.vaultID != given.vaultID {
                throw VaultError(.wrongIdentity, "this pin belongs to another vault than the identity")
            }
            if try await leads(own, given) {
                return own.map { $0.epoch < given.epoch } ?? true ? .descendant : .ancestor
            }
            return try await leads(nil, given) ? .fork : .elsewhere
        }

        /// Whether the vault is what this machine has seen of it, or newer.
        func isAsSeen(_ pin: Pin, at place: SeenPlace?) async throws -> Bool {
            do {
                let text = IdentityText(identity: identity, pin: pin)
                let vault = try await Vault.unlock(store, with: text, remembering: place, now: now)
                return try await vault.missingJournals().isEmpty
            } catch let error as VaultError where error.code == .damaged {
                return false
            }
        }

        /// Whether the vault leads through both.
        func leads(_ own: Pin?, _ given: Pin) async throws -> Bool {
            do {
                _ = try await newest(own, given)
                return true
            } catch let error as VaultError where error.code == .damaged {
                return false
            }
        }
    }

    /// Puts the identity with the new pin in the place of the one with the old, in one step.
    ///
    /// What the machine has seen of a line that is given up is set aside.
    package func confirm() throws {
        if identity.pin != pin {
            try IdentityText(identity: identity.identity, pin: pin).write(to: path, replacing: true)
        }
        if !relation.givesNothingUp { seen?.setAside(pin.vaultID, by: identity.identity) }
    }
}

extension Repin.Relation {
    /// Whether everything that was trusted until now is trusted still.
    package var givesNothingUp: Bool { self == .same || self == .descendant }
}

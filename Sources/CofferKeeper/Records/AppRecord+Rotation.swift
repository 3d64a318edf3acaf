// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension AppRecord {
    /// Whether another rotation than this one left something.
    func hasLeftovers(besides rotation: String) -> Bool {
        pendingSecret != nil && pendingRotation != rotation || retiredSecret != nil && secretRotation != rotation
            || frozenBy != nil && frozenBy != rotation
    }

    /// Takes over what another rotation left, which was given up: before this one changes anything else of the app.
    ///
    /// The other's pending secret is never put in force. Its freeze stays, since which secret the provider accepts is not
    /// known until another is in force.
    mutating func takeOver(for rotation: String) {
        if let pending = pendingSecret, pendingRotation != rotation {
            discard(pending, of: pendingClientID)
            pendingSecret = nil
            pendingClientID = nil
            pendingRotation = nil
            pendingWasRefused = false
        }
        if let retired = retiredSecret, secretRotation != rotation {
            discard(retired, of: retiredClientID)
            retiredSecret = nil
            retiredClientID = nil
            barredBy = nil
        }
        if frozenBy != nil { frozenBy = rotation }
    }

    /// Whether a refresh would give what is on hold new tokens while the retired secret may still be accepted.
    ///
    /// An older program carries ``barredBy`` over whatever it does: where it closed the rotation, or put another secret in force,
    /// nothing is barred any more.
    var isBarred: Bool { retiredSecret != nil && barredBy != nil && barredBy == secretRotation }

    /// Notes that nobody needs a secret which the provider may hold.
    ///
    /// - Parameters:
    ///   - secret: which.
    ///   - clientID: the client that it is of; nil for the present one.
    mutating func discard(_ secret: Secret, of clientID: String? = nil) {
        let discarded = UnwantedSecret(secret: secret, clientID: clientID ?? registration?.clientID ?? "")
        guard !unwanted.contains(discarded) else { return }
        unwanted.append(discarded)
    }

    /// Those of them that are the present client's: what a driver finds at the provider under its id.
    ///
    /// Another client's is none of what it finds, and may begin as one does that is in force (Microsoft Entra shows a prefix).
    var ownUnwanted: [Secret] {
        unwanted.filter { $0.clientID == registration?.clientID }.map(\.secret)
    }

    /// Several secrets as one value: a field table whose tags count from 1.
    static func list(_ secrets: [Secret]) -> Secret {
        var table = FieldTable()
        for (index, secret) in secrets.enumerated() { table[UInt16(index + 1)] = secret }
        return table.encoded()
    }

    /// The secrets of such a value.
    ///
    /// - Throws: ``VaultError/damaged`` if it is none.
    static func secrets(in value: Secret) throws -> [Secret] {
        let table = try value.withExposedBytes { try FieldTable(decoding: $0) }
        return table.tags.compactMap { table[$0] }
    }

    /// The secrets that nobody needs, of the present client and of others.
    ///
    /// - Throws: ``VaultError/damaged`` if they can't be read.
    static func unwanted(_ issue: FieldTable, of clientID: String) throws -> [UnwantedSecret] {
        let own = try issue[Tag.unwanted].map { try secrets(in: $0) } ?? []
        let others = try issue[Tag.unwantedOfOthers].map { try secrets(in: $0) } ?? []
        guard others.count.isMultiple(of: 2) else { throw VaultError.damaged }
        var all = own.map { secret in
            // An older program that gave a rotation up put its secret there, and left the id that it came with.
            let given = [pendingClient, retiredClient].compactMap { self.clientID(of: secret, in: issue, $0) }.first
            return UnwantedSecret(secret: secret, clientID: given ?? clientID)
        }
        for place in stride(from: 0, to: others.count, by: 2) {
            let id = others[place].withExposedText { $0 }
            all.append(UnwantedSecret(secret: others[place + 1], clientID: id))
        }
        return all
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
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
            discard(pending)
            pendingSecret = nil
            pendingRotation = nil
            pendingWasRefused = false
        }
        if let retired = retiredSecret, secretRotation != rotation {
            discard(retired)
            retiredSecret = nil
        }
        if frozenBy != nil { frozenBy = rotation }
    }

    /// Notes that nobody needs a secret which the provider may hold.
    mutating func discard(_ secret: Secret) {
        guard !unwanted.contains(secret) else { return }
        unwanted.append(secret)
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
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an identity may do in a space.
package enum Role: UInt8, Sendable, Comparable {
    /// Opens access tokens and static secrets.
    case reader = 1
    /// Opens everything and writes entries.
    case issuer = 2
    /// Does what an issuer does and signs membership.
    case owner = 3

    /// The name shown to people.
    package var name: String {
        switch self {
        case .reader: "reader"
        case .issuer: "issuer"
        case .owner: "owner"
        }
    }

    /// Orders roles by what they may do.
    package static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

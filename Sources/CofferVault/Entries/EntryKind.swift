// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an entry is.
///
/// Open: entries of a kind that only a newer program knows are kept, listed by name, sealed anew and verified; nothing else
/// is done with them.
package struct EntryKind: RawRepresentable, Hashable, Sendable {
    /// The number in the row and in its boxes, never 0.
    package let rawValue: UInt8

    /// A kind by its number; nil for 0.
    package init?(rawValue: UInt8) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }

    private init(_ number: UInt8) { rawValue = number }

    /// An OAuth client registration.
    package static let app = EntryKind(1)
    /// One grant of one account to one app.
    package static let connection = EntryKind(2)
    /// A static value.
    package static let secret = EntryKind(3)

    /// Whether this program knows what to do with it.
    package var isKnown: Bool { self == .app || self == .connection || self == .secret }

    /// The word for it.
    package var name: String {
        switch self {
        case .app: "app"
        case .connection: "connection"
        case .secret: "secret"
        default: "unknown"
        }
    }

    /// The word with its article, for sentences.
    package var phrase: String {
        switch self {
        case .app: "an app"
        case .connection: "a connection"
        case .secret: "a secret"
        default: "something that needs a newer Coffer"
        }
    }
}

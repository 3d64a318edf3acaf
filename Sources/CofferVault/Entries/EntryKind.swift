// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an entry is.
package enum EntryKind: UInt8, Sendable {
    /// An OAuth client registration.
    case app = 1
    /// One grant of one account to one app.
    case connection = 2
    /// A static value.
    case secret = 3

    /// The word for it.
    package var name: String {
        switch self {
        case .app: "app"
        case .connection: "connection"
        case .secret: "secret"
        }
    }

    /// The word with its article, for sentences.
    package var phrase: String {
        switch self {
        case .app: "an app"
        case .connection: "a connection"
        case .secret: "a secret"
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why the secret is replaced, and so in which order.
package enum RotationMode: String, Codable, Sendable {
    /// The secret is known to others: it dies first, then everything that hung on it is reissued.
    case leak

    /// The secret is nobody else's: where two can stand side by side the old one goes last, and nobody notices.
    case planned
}

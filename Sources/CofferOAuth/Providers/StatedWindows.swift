// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The windows before expiry that a description asks for, where the defaults do not suit.
package struct StatedWindows: Sendable, Codable, Equatable {
    /// From when before expiry a refresh runs behind.
    package var soft: Duration?
    /// From when before expiry a caller waits for one.
    package var hard: Duration?

    /// States them.
    package init(soft: Duration? = nil, hard: Duration? = nil) {
        self.soft = soft
        self.hard = hard
    }
}

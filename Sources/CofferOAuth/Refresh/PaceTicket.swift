// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a ledger says to whoever asks for a place.
package struct PaceTicket: Sendable, Equatable {
    /// What the place has made of the moment at which its bucket is full again.
    package struct Stretch: Sendable, Equatable {
        /// As it was, by the ledger's own clock.
        package let before: Duration
        /// As it is.
        package let after: Duration

        /// Joins both.
        package init(from before: Duration, to after: Duration) {
            self.before = before
            self.after = after
        }
    }

    /// How long to wait for it, taken or not.
    package let wait: Duration
    /// What giving it back undoes; nil where nothing was taken, since it would have been too far away.
    package let stretch: Stretch?

    /// Puts a ticket together.
    package init(wait: Duration, stretch: Stretch?) {
        self.wait = wait
        self.stretch = stretch
    }

    /// Whether the place is the asker's.
    package var isTaken: Bool { stretch != nil }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which ticket something is asked for with.
///
/// A name may be given again once its ticket has ended, and the number may not: by that one ticket is told from another.
package struct TicketID: Sendable, Hashable {
    /// The agent's number of it, which none has twice.
    package let number: Int
    /// What it is called in the vault's record.
    package let name: String

    /// Puts one together.
    package init(number: Int, name: String) {
        self.number = number
        self.name = name
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// What tells one thing that is handed out from another.
struct HandoutKey: Sendable, Hashable {
    /// Where it is.
    let path: CredentialPath
    /// What it is narrowed to.
    let narrowing: TokenNarrowing?
    /// The ticket whose holder gets it, as each has events and counts of its own.
    var ticket: TicketID? = Asker.ticket

    /// Whether it is the whole of what lies there, for this user's own programs.
    var isPlain: Bool { narrowing == nil && ticket == nil }
}

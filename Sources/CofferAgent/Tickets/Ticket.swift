// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation

/// What is known of a ticket besides its text, which nobody keeps.
struct Ticket: Sendable, Equatable {
    /// How many paths it may be good for: 32.
    static let longestList = 32

    /// How long it may be good for: from a second to 30 days.
    static let lifetimes = Duration.seconds(1)...Duration.seconds(30 * 24 * 3600)

    /// The agent's own number of it.
    let number: Int
    /// The name that it is revoked and recorded by.
    let name: String
    /// What it is good for.
    let patterns: [TicketPattern]
    /// When it was given out.
    let issuedAt: Date
    /// When it ends by itself.
    let expiresAt: Date

    /// What it is known by where things are handed out.
    var id: TicketID { TicketID(number: number, name: name) }

    /// Whether it is good for a path.
    func allows(_ path: CredentialPath) -> Bool { patterns.contains { $0.matches(path) } }

    /// Whether it is good for what should be a path.
    func allows(_ path: String) -> Bool { (try? CredentialPath(path)).map { allows($0) } ?? false }

    /// Refuses a path that it is not good for, as one is refused where nothing is.
    ///
    /// - Parameters:
    ///   - path: What was asked for.
    ///   - kind: The word for it: `connection`, `secret`.
    /// - Throws: ``CredentialError`` `not_found`.
    func confirm(_ path: CredentialPath, _ kind: String) throws(CredentialError) {
        guard !allows(path) else { return }
        throw CredentialError(.notFound, message: "there is no \(kind) \(path)", path: path)
    }
}

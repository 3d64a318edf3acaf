// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
package import Foundation

extension Keeper {
    /// Records that an agent gives a ticket out, before it does.
    ///
    /// - Parameters:
    ///   - name: The ticket's name, by which later events name it.
    ///   - patterns: Which paths it is good for.
    ///   - end: Until when.
    /// - Throws: ``CredentialError``; then no ticket is given out.
    package func clientTicket(_ name: String, patterns: [String], until end: Date) async throws {
        do {
            try await record(
                .ticket, [], "ticket \(name)",
                details: ["ticket": name, "for": patterns.joined(separator: " "), "until": end.ISO8601Format()])
        } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }

    /// Records that a ticket was revoked.
    ///
    /// - Throws: ``CredentialError``; it is revoked all the same.
    package func clientTicketEnd(_ name: String) async throws {
        do { try await record(.endTicket, [], "ticket \(name)", details: ["ticket": name]) } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }
}

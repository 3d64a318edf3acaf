// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// What a process handed out and may hand out again.
struct Handout: Sendable {
    /// What was handed out.
    let credential: Credential
    /// The action that its event names.
    let action: AuditAction
    /// The entry it came from: another one at the same path is another thing.
    let entryID: EntryID
    /// The state of the store *before* it was read; nil if it may only be compared, not served.
    var mark: StoreMark?
    /// Whether it serves a request at a moment without anything being refreshed; holds times, and no secret.
    let serves: @Sendable (_ minimumValidity: Duration?, _ now: Date) -> Bool
    /// What it is narrowed to; it is another thing than the whole.
    var narrowing: TokenNarrowing?
    /// The ticket whose holder gets it.
    var ticket: TicketID? = Asker.ticket

    /// What it is remembered by.
    var key: HandoutKey { HandoutKey(path: credential.path, narrowing: narrowing, ticket: ticket) }

    /// The same with the value where another one keeps it.
    func holding(_ value: Secret) -> Handout {
        var held = Credential(
            path: credential.path, value: value, tokenType: credential.tokenType, expiresAt: credential.expiresAt,
            scope: credential.scope, accountURL: credential.accountURL, version: credential.version)
        held.signer = credential.signer
        held.header = credential.header
        return Handout(
            credential: held, action: action, entryID: entryID, mark: mark, serves: serves, narrowing: narrowing,
            ticket: ticket)
    }

    /// Whether it is the same version of the same thing.
    func repeats(_ other: Handout) -> Bool {
        entryID == other.entryID && credential.version == other.credential.version
            && credential.value == other.credential.value
    }
}

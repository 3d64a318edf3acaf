// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The name of a ticket as it is typed: what a segment of a path can be.
enum AgentTicketName {
    /// What is said of a text that is none.
    static let rule =
        "a ticket's name is 1 to 64 characters of a-z, 0-9, '.', '_' and '-' that begin with a letter or digit"

    /// Whether a text is one.
    static func isOne(_ text: String) -> Bool {
        !text.utf8.contains(UInt8(ascii: "/")) && (try? CredentialPath("a/\(text)")) != nil
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What Python's keyring prints for `get`: a password, and before it a name if that is asked for.
package struct KeyringAnswer: Sendable {
    private struct Members: Encodable {
        var username: String?
        let password: String
    }

    private let username: String?
    private let password: Secret

    /// Answers with a password, and perhaps a name.
    package init(username: String?, password: Secret) {
        self.username = username
        self.password = password
    }

    /// Each on a line of its own.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what holds a break, which would be taken for more lines.
    package func lines() throws(ToolFailure) -> Secret {
        let parts = [username.map { Secret($0) }, password].compactMap { $0 }
        for part in parts where part.withExposedBytes({ $0.contains { [0x0A, 0x0D, 0].contains($0) } }) {
            throw ToolFailure(.unusableSecret, "what is kept has a line break or a zero in it, and a line can't")
        }
        return .joined(parts.flatMap { [$0, Secret("\n")] })
    }

    /// As an object on one line.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what is no text.
    package func object() throws(ToolFailure) -> Secret {
        let text = password.withExposedText { $0 }
        guard Secret(text) == password else {
            throw ToolFailure(.unusableSecret, "what is kept is no text, which is all that an object can say")
        }
        return ToolJSON.line(Members(username: username, password: text))
    }
}

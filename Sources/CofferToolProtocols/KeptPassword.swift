// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A static secret that answers git: what git stored, or a token alone.
package struct KeptPassword: Sendable {
    /// Who and by what.
    package let credential: GitCredential
    /// Whether git stored it, so that git may replace it and take it back.
    package let isGits: Bool

    /// Reads a static secret.
    ///
    /// What git stored is kept in git's own lines; anything else is a password of one line, whose end may be a file's.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for one of several lines.
    package init(_ value: Secret) throws(ToolFailure) {
        let starts = ["username=", "password="].contains { start in
            value.withExposedBytes { $0.starts(with: start.utf8) && $0.last == 0x0A }
        }
        if starts, let kept = try? GitCredential(reading: value), kept.password != nil {
            credential = kept
            isGits = true
            return
        }
        var alone = GitCredential()
        alone.password = value.withoutLineEnd
        _ = try alone.lines()
        credential = alone
        isGits = false
    }

    /// What is kept of a credential that git wants stored: the same again, without the place, which the binding knows.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret`.
    package static func text(of credential: GitCredential) throws(ToolFailure) -> Secret { try credential.lines() }
}

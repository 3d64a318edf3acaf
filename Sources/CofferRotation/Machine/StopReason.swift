// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a rotation stands still until a person resumes it.
package enum StopReason: String, Sendable, Equatable {
    /// The provider still accepts the old secret: after a leak, reissuing now would hand the thief's secret new tokens to
    /// take; otherwise the rotation has not done what it was for.
    case oldSecretAccepted = "old_secret_accepted"

    /// The provider refused the new secret, and the one that replaced it.
    case newSecretRefused = "new_secret_refused"

    /// Connections got no new tokens for a reason that may pass by itself, as a network that is down.
    case connectionsLeft = "connections_left"

    /// What a person should do, in a sentence.
    ///
    /// - Parameters:
    ///   - subject: what is replaced.
    ///   - clientID: the client id of the secret that it is about, where it is another than the app's.
    /// - Returns: the sentence.
    package func advice(of subject: RotationSubject, clientID: String? = nil) -> String {
        switch (self, subject) {
        case (.oldSecretAccepted, .clientSecret):
            "the old client_secret is still accepted: "
                + (clientID.map { "delete the old client at the provider, client_id \($0)" }
                    ?? "remove it at the provider")
                + ", then run coffer rotate resume"
        case (.oldSecretAccepted, .value):
            "the old value is still accepted: end it where it comes from, then run coffer rotate resume"
        case (.newSecretRefused, .clientSecret):
            "the provider refused the new client_secret twice"
                + (clientID.map { ", the last time with client_id \($0)" } ?? "")
                + ": look up the current one there, and whether another client id "
                + "came with it (--client-id), then run coffer rotate resume"
        case (.newSecretRefused, .value):
            "the new value was refused twice: look up the present one where it comes from, then run coffer rotate resume"
        case (.connectionsLeft, _):
            "connections have no new tokens yet, for reasons that may pass by themselves: run coffer rotate resume later, "
                + "or with --without-answers to leave them as they are"
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What is known of the change from one `client_secret` to the next.
package struct SecretFacts: Sendable, Codable, Equatable {
    /// Whether the old secret and the new one are valid side by side.
    package enum Overlap: String, Sendable, Codable {
        /// The old one ends when the new one is made.
        case oldEndsAtOnce
        /// Both are valid until the old one is removed.
        case untilRemoved
        /// Both are valid for a while that the provider sets.
        case timed
    }

    /// Whether both are valid side by side; `nil`: not known.
    package var overlap: Overlap?
    /// Whether tokens that were issued under the old secret go on working; `nil`: not known.
    package var tokensSurvive: Bool?
    /// What else is signed with the secret and breaks when it changes, as webhooks; `nil`: nothing is known.
    package var alsoSigns: String?
    /// How long it may take until a new secret counts everywhere, and an old one no more; `nil`: nothing is known.
    package var propagation: Duration?

    /// States what is known.
    package init(
        overlap: Overlap? = nil, tokensSurvive: Bool? = nil, alsoSigns: String? = nil, propagation: Duration? = nil
    ) {
        self.overlap = overlap
        self.tokensSurvive = tokensSurvive
        self.alsoSigns = alsoSigns
        self.propagation = propagation
    }
}

extension ProviderDescription {
    /// Whether a person is given another client id with the new `client_secret`.
    package var changesClientID: Bool {
        if case .operator(let words) = secretReplacement { words.changesClientID } else { false }
    }

    /// Whether all grants end with the `client_secret` under which they were made, as far as is known.
    package var endsGrantsWithSecret: Bool { changesClientID || secretFacts?.tokensSurvive == false }
}

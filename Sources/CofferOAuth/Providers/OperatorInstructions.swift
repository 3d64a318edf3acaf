// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a person does where a `client_secret` has no API.
package struct OperatorInstructions: Sendable, Codable, Equatable {
    /// What this is, in one line.
    package var title: String
    /// Where to click, one step each.
    package var steps: [String]
    /// Where to begin.
    package var link: String?
    /// A regular expression that the whole new secret matches; `nil`: anything goes.
    package var secretPattern: String?
    /// Whether the vendor makes another `client_id` with it, so that every account must be connected anew.
    package var changesClientID: Bool

    /// Writes instructions.
    package init(
        title: String, steps: [String], link: String? = nil, secretPattern: String? = nil, changesClientID: Bool = false
    ) {
        self.title = title
        self.steps = steps
        self.link = link
        self.secretPattern = secretPattern
        self.changesClientID = changesClientID
    }

    /// Whether a text has the form of this provider's secrets.
    ///
    /// A pattern that is none accepts everything: a typing error in a description must not stop a leak rotation.
    package func accepts(_ secret: Secret) -> Bool {
        guard !secret.isEmpty else { return false }
        guard let secretPattern, let pattern = try? Regex(secretPattern) else { return true }
        return secret.withExposedText { $0.wholeMatch(of: pattern) != nil }
    }

    /// For a provider about which nothing is known.
    package static let generic = OperatorInstructions(
        title: "Replace the client secret at the provider",
        steps: [
            "Open the settings of this application at the provider.",
            "Make a new client secret; if two can exist at once, remove the old one.",
            "Copy the new client secret.",
        ])
}

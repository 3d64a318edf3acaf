// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One rule by which an error of a token endpoint is judged: which answers it is for, and what they mean.
package struct ErrorRule: Sendable, Codable, Equatable {
    /// What an answer means.
    package enum Meaning: String, Sendable, Codable {
        /// The grant is dead, and a person must authorise again.
        case reauthorize
        /// The client, its secret or its description is wrong; never marks a grant dead.
        case configuration
        /// The provider fails; try later.
        case transient
        /// Too many requests.
        case throttled
        /// The provider has blocked us: stop calling.
        case blocked
        /// The account must be paid for.
        case payment
        /// The account is elsewhere.
        case moved
        /// The account does not have the app any more.
        case notInstalled
    }

    /// The statuses it is for; empty: any that is no success, unless ``codes`` are named.
    package var statuses: [Int]
    /// The error codes it is for, in lower case; empty: any.
    package var codes: [String]
    /// A text that the provider's message holds, in any case of letters; `nil`: any.
    package var text: String?
    /// What such an answer means.
    package var meaning: Meaning

    /// Makes a rule.
    package init(statuses: [Int] = [], codes: [String] = [], text: String? = nil, meaning: Meaning) {
        self.statuses = statuses
        self.codes = codes
        self.text = text
        self.meaning = meaning
    }
}

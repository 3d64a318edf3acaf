// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a client can't be answered; the sentence holds nothing of what it sent.
package struct ToolFailure: Error, Equatable {
    /// What went wrong.
    package enum Code: String, Sendable {
        /// The request is none of its protocol.
        case invalid
        /// The request is larger than any of its protocol.
        case tooLarge = "too_large"
        /// What would answer can't be said in the protocol.
        case unusableSecret = "unusable_secret"
        /// The client speaks another version, or would present the answer to whomever.
        case unsupported
    }

    /// What kind of failure.
    package let code: Code
    /// One clause, for people.
    package let message: String

    /// Says why.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

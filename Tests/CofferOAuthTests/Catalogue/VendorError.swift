// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// An error as a vendor's token endpoint answers it, and what it means for a grant.
struct VendorError: Sendable, CustomTestStringConvertible {
    /// Whose.
    let provider: String
    /// With which status.
    let status: Int
    /// The body.
    let body: String
    /// The outcome, in words.
    let means: String

    var testDescription: String { "\(provider) \(status) \(body)" }

    /// Answers with RFC 6749's `error`.
    static func codes(_ provider: String, _ status: Int, _ codes: [String], _ means: String) -> [VendorError] {
        codes.map { VendorError(provider: provider, status: status, body: #"{"error":"\#($0)"}"#, means: means) }
    }

    /// Answers with bodies of the vendor's own.
    static func bodies(_ provider: String, _ status: Int, _ bodies: [String], _ means: String) -> [VendorError] {
        bodies.map { VendorError(provider: provider, status: status, body: $0, means: means) }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

/// A field whose use lies above this module: the test that fails if it is ignored.
struct ShownElsewhere: Sendable, CustomTestStringConvertible {
    /// The field.
    let field: String
    /// The file, under Tests.
    let file: String
    /// The test's name.
    let test: String

    var testDescription: String { field }

    static let all: [ShownElsewhere] =
        [
            ShownElsewhere(
                field: "rate_limits.token", file: "CofferOAuthTests/Refresh/RequestPacerTests.swift",
                test: "a place that is too far away is refused, and nothing of the limit is used up"),
            ShownElsewhere(
                field: "rate_limits.api", file: "CofferOAuthTests/Refresh/RequestPacerTests.swift",
                test: "the API's limits are kept all at once, and one that is the tokens' too is one"),
            ShownElsewhere(
                field: "revocation_reach", file: "CofferEndToEndTests/Grants/RegisteredClientTests.swift",
                test: "revokes the leaked token only where that ends nothing else"),
        ]
        + ["documentation", "notes", "sources", "unknown"].map {
            ShownElsewhere(
                field: $0, file: "CofferCommandsTests/Rendering/ProviderViewTests.swift",
                test: "shows what no field of a request says")
        }
}

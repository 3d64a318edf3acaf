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
                field: "revocation_reach", file: "CofferEndToEndTests/Grants/DescribedRevocationTests.swift",
                test: "is revoked where its provider is described so, and nowhere else")
        ]
        + ["documentation", "notes", "sources", "unknown"].map {
            ShownElsewhere(
                field: $0, file: "CofferCommandsTests/Rendering/ProviderViewTests.swift",
                test: "shows what no field of a request says")
        }
}

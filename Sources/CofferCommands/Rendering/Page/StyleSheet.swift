// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A style sheet that is part of the program, and the policy that lets a page use it and nothing else.
struct StyleSheet: Sendable {
    /// The rules.
    let text: String

    /// Takes rules that stand in the source.
    init(_ text: StaticString) {
        // The element of a style sheet ends at the first `</style`, whatever stands around it (HTML, 13.1.2.1).
        precondition(!text.description.contains("<"), "a style sheet with markup in it")
        self.text = text.description
    }

    /// The hash by which the policy knows it (CSP Level 3, 2.3.1): of the bytes between the tags.
    var hash: String {
        "sha256-\(Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString())"
    }

    /// The policy of a page that has this sheet: nothing is loaded, run, framed or sent, wherever it would come from.
    var policy: String {
        "default-src 'none'; style-src '\(hash)'; base-uri 'none'; form-action 'none'"
    }
}

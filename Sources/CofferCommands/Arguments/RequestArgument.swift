// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials

/// A request on the command line: its method and URL, as `GET https://api.example/me`.
struct RequestArgument: ExpressibleByArgument, Equatable {
    /// The method.
    let method: String
    /// The URL.
    let url: String

    /// Reads `METHOD URL`; nil for anything else.
    init?(argument: String) {
        let words = argument.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2, !words[0].isEmpty, words[0].utf8.allSatisfy({ (0x41...0x5A).contains($0) }),
            words[1].contains("://")
        else { return nil }
        (method, url) = (words[0], words[1])
    }

    /// The proof for this request, if the token needs one.
    ///
    /// - Throws: ``CredentialError`` `misconfigured` for a URL that no request can go to.
    func proof(_ credential: Credential, _ nonce: String?) async throws -> String? {
        try await credential.proof(method: method, url: url, nonce: nonce)
    }
}

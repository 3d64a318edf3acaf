// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOHTTP1

extension APIAnswer {
    /// What a redirect ends in; nil for every other answer.
    func redirection(under path: CredentialPath) -> APIError? {
        // RFC 9110 §15.4: these have a `Location` that would be gone to; 304 has none.
        guard [301, 302, 303, 307, 308].contains(status) else { return nil }
        let target = headers.first(name: "Location").flatMap { APIOrigin.split($0)?.origin }
        return APIError(
            .redirected, "the API answers from elsewhere\(target.map { ", \($0)" } ?? ""); no token is taken there",
            path: path, status: status)
    }
}

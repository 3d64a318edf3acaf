// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What `curl --config -` reads (curl(1), "--config").
///
/// Where a server sends curl to another host, curl takes along nothing of it.
package enum CurlConfiguration {
    /// What is presented.
    package enum Proof: Sendable {
        /// `Authorization: Bearer`.
        case bearer(Secret)
        /// `Authorization: Basic`.
        case password(username: String, Secret)
    }

    /// The lines for one request: the URL stands in them, so that nothing is presented anywhere else.
    ///
    /// - Throws: as ``line(_:)``.
    package static func lines(url: String, _ proof: Proof) throws(ToolFailure) -> Secret {
        Secret("url = \"\(url)\"\n").followed(by: try line(proof))
    }

    /// The line that goes with whatever URL curl is given.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what would be another line or another name.
    package static func line(_ proof: Proof) throws(ToolFailure) -> Secret {
        let text: Secret
        switch proof {
        case .bearer(let token):
            try token.requireToken()
            text = Secret("oauth2-bearer = ").followed(by: token.inQuotes())
        case .password(let username, let password):
            guard !username.contains(":") else {
                throw ToolFailure(.unusableSecret, "the name has a colon, where the password would begin")
            }
            let pair = Secret(username + ":").followed(by: password)
            guard pair.isOneLine else {
                throw ToolFailure(.unusableSecret, "what is kept has a control character in it, and a line can't")
            }
            text = Secret("user = ").followed(by: pair.inQuotes())
        }
        return text.followed(by: Secret("\n"))
    }
}

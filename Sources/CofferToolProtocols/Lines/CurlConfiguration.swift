// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What `curl --config -` reads for one request (curl(1), "--config"): the URL, and what goes with it.
///
/// The URL stands in it, so that nothing is presented anywhere else; where a server sends curl to another host, curl takes
/// neither along.
package enum CurlConfiguration {
    /// What is presented.
    package enum Proof: Sendable {
        /// `Authorization: Bearer`.
        case bearer(Secret)
        /// `Authorization: Basic`.
        case password(username: String, Secret)
    }

    /// The lines.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what would be another line or another name.
    package static func lines(url: String, _ proof: Proof) throws(ToolFailure) -> Secret {
        var text = Secret("url = \"\(url)\"\n")
        switch proof {
        case .bearer(let token):
            try token.requireToken()
            text = text.followed(by: Secret("oauth2-bearer = ")).followed(by: token.inQuotes())
        case .password(let username, let password):
            guard !username.contains(":") else {
                throw ToolFailure(.unusableSecret, "the name has a colon, where the password would begin")
            }
            let pair = Secret(username + ":").followed(by: password)
            guard pair.isOneLine else {
                throw ToolFailure(.unusableSecret, "what is kept has a control character in it, and a line can't")
            }
            text = text.followed(by: Secret("user = ")).followed(by: pair.inQuotes())
        }
        return text.followed(by: Secret("\n"))
    }
}

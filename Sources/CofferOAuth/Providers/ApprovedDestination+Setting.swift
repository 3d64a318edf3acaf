// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ApprovedDestination {
    /// Approves an address that the user of this machine has set himself: over TLS, or this machine.
    ///
    /// Unlike a description's, it may be in a private network: nobody else could have named it.
    ///
    /// - Throws: `refused_host` for no plain http or https URL, `plain_http`.
    package init(setHere text: String) throws(OAuthError) {
        let url = try EndpointURL(text)
        guard url.isSecure || url.isLoopback else {
            throw OAuthError(.plainHTTP, "Plain HTTP is used with loopback only, not with \(url.host).")
        }
        self.init(url: url, addresses: url.isLoopback ? .loopbackOnly : .any)
    }
}

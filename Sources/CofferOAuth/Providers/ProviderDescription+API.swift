// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// The address of a call that the description names: a whole address, or a path on the account's host, which speaks
    /// what the token endpoint speaks.
    func apiEndpoint(_ call: String) -> EndpointTemplate {
        guard !call.contains("://") else { return EndpointTemplate(call) }
        let scheme = endpoints.token.text.hasPrefix("http:") ? "http" : "https"
        return EndpointTemplate("\(scheme)://\(EndpointTemplate.accountPlaceholder)\(call)")
    }
}

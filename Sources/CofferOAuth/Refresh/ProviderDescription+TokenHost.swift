// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// The host and port that an account's token requests go to, to count requests by.
    ///
    /// It approves nothing: a host that can't be told is counted under the provider's id.
    func tokenHost(of accountHost: String?) -> String {
        guard let url = try? EndpointURL(endpoints.token.url(accountHost: accountHost)) else { return id }
        return url.authority
    }

    /// An address where a grant's own authorization server has it, if it lies beside the token endpoint: what moves with
    /// that for a grant moves with it.
    func address(_ template: EndpointTemplate, at server: String?) -> EndpointTemplate {
        guard let token = try? EndpointURL(endpoints.token.text), let url = try? EndpointURL(template.text),
            url.authority == token.authority
        else { return template }
        return template.at(server: server)
    }
}

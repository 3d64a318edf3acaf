// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// The description with values in the places of variables.
    func filled(with values: [String: String]) -> ProviderDescription {
        guard !values.isEmpty else { return self }
        func fill(_ text: String) -> String {
            values.reduce(text) { text, value in
                text.split(separator: "{\(value.key)}", omittingEmptySubsequences: false).joined(separator: value.value)
            }
        }
        var filled = self
        filled.issuer = issuer.map(fill)
        filled.endpoints = endpoints.mapped { EndpointTemplate(fill($0.text)) }
        // A setting may be a host with a port, in any case of letters; a suffix is a host.
        func suffix(_ text: String) -> String { String(fill(text).lowercased().prefix { $0 != ":" }) }
        filled.domains = domains.map(suffix)
        filled.accountDomains = accountDomains?.map(suffix)
        filled.apiDomains = apiDomains?.map(suffix)
        switch tokenProbe {
        case .api(let path, let scheme): filled.tokenProbe = .api(path: fill(path), scheme: scheme)
        case .form(let url, let field): filled.tokenProbe = .form(url: EndpointTemplate(fill(url.text)), field: field)
        case .introspection, .none: break
        }
        if case .api(let path, let field, let scheme) = accountLookup {
            filled.accountLookup = .api(path: fill(path), idField: field, scheme: scheme)
        }
        if case .operator(var instructions) = secretReplacement {
            instructions.link = instructions.link.map(fill)
            filled.secretReplacement = .operator(instructions)
        }
        return filled
    }
}

extension ProviderDescription {
    /// The addresses that a client's secret or a refresh token is sent to: all but the page that the browser visits.
    var secretAddresses: [EndpointTemplate] {
        [
            endpoints.token, endpoints.refresh, endpoints.revocation, endpoints.introspection, endpoints.registration,
            endpoints.deviceAuthorization, endpoints.pushedAuthorization,
        ].compactMap(\.self)
    }

    /// The whole addresses that only an access token is sent to.
    var apiAddresses: [EndpointTemplate] {
        var addresses = [endpoints.userInfo].compactMap(\.self)
        switch tokenProbe {
        case .api(let path, _): addresses.append(EndpointTemplate(path))
        case .form(let url, _): addresses.append(url)
        case .introspection, .none: break
        }
        if case .api(let path, _, _) = accountLookup { addresses.append(EndpointTemplate(path)) }
        return addresses.filter { $0.text.contains("://") }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// The same provider as the sandbox plays it on this machine.
    ///
    /// Hosts and ports move, behaviour stays. Accounts are `NAME.HOST:PORT`, as in `acme.amocrm.localhost:8443`.
    ///
    /// - Parameter sandbox: `https://amocrm.localhost:8443`; a loopback name or address without a path.
    /// - Returns: the description of the emulated provider.
    /// - Throws: `refused_host` if that is anything else, so that this way no secret leaves the machine.
    package func relocated(to sandbox: String) throws(OAuthError) -> ProviderDescription {
        let url = try EndpointURL(sandbox)
        guard url.isLoopback, url.pathAndQuery == "/" else {
            throw OAuthError(
                .refusedHost, "A sandbox is a loopback host without a path, such as https://amocrm.localhost:8443.")
        }
        var moved = self
        moved.displayName = "\(displayName) (sandbox)"
        moved.domains = [url.host]
        moved.accountDomains = nil
        moved.apiDomains = nil
        // Accounts of a sandbox are on this machine; a callback must not name one elsewhere.
        if accountHosts == .any { moved.accountHosts = .underDomains }
        moved.endpoints = endpoints.mapped { $0.relocated(to: url) }
        if case .form(let endpoint, let field) = tokenProbe {
            moved.tokenProbe = .form(url: endpoint.relocated(to: url), field: field)
        }
        if case .operator(var instructions) = secretReplacement {
            instructions.link = url.description
            moved.secretReplacement = .operator(instructions)
        }
        return moved
    }
}

extension EndpointTemplate {
    /// The path stays, and so does the account's place; a fixed authority becomes the sandbox's.
    fileprivate func relocated(to sandbox: EndpointURL) -> EndpointTemplate {
        guard let separator = text.firstRange(of: "://") else { return self }
        let rest = text[separator.upperBound...]
        let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        return EndpointTemplate(
            "\(sandbox.scheme)://\(needsAccountHost ? Self.accountPlaceholder : sandbox.authority)\(path)")
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

extension ProviderDescription {
    /// A provider of the tests, at provider.example.
    static func example(_ replacement: SecretReplacementMethod) -> ProviderDescription {
        ProviderDescription(
            id: "example", displayName: "Example",
            endpoints: Endpoints(
                authorization: EndpointTemplate("https://provider.example/authorize"),
                token: EndpointTemplate("https://provider.example/token")),
            domains: ["provider.example"], clientAuthentication: .basicFormEncoded, secretReplacement: replacement)
    }
}

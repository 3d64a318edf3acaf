// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

@testable import CofferDescriptions
@testable import CofferOAuth

extension FuzzedParser {
    /// What somebody has written about a provider of theirs.
    static let descriptions: [FuzzedParser] = [
        // Seventy fields, each read from a node and written to one, whatever is stated.
        FuzzedParser(
            name: "description-file", longestInput: 2048, allocationFloor: 1 << 20,
            prepare: { _ = try? DescriptionFile.read(Array(small.utf8)) },
            read: { bytes in
                guard let entry = try? DescriptionFile.read(Array(bytes)) else { return }
                let written = needed { try DescriptionText.yaml(of: entry) }
                let again = needed { try DescriptionFile.read(Array(written.utf8)) }
                require(again == entry, "a description writes what it read")
            })
    ]

    /// A description with a field of each form.
    static let small = """
        coffer_provider: 1
        id: acme
        name: Acme
        variables:
          region: {about: where, default: eu, pattern: "[a-z]+"}
        endpoints:
          authorization: https://id.acme.example/authorize
          token: https://{region}.acme.example/token
        hosts: {secrets: [acme.example]}
        client: {authentication: post, headers: {Accept: application/json}}
        tokens: {access_lifetime: 5m, idle_expiry: 90d}
        sources: [{url: "https://acme.example/docs", read: 2026-11-21, fields: [endpoints]}]
        """

    /// One that takes everything else from a provider that is built in.
    static let extending = """
        coffer_provider: 1
        extends: amocrm
        id: ours
        name: Ours
        errors: {rules: [{status: [400], code: [bad_token], text: expired, means: reauthorize}]}
        rate_limits: {token: {amount: 7, interval: 1s, burst: 1, scope: app}}
        """
}

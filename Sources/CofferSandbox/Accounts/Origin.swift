// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The names under which one sandbox is reached.
///
/// All lie under `.localhost`, which is loopback without asking DNS (RFC 6761 §6.3).
struct Origin: Sendable, Equatable {
    /// The name everything lies under, in place of `amocrm.ru`.
    static let domain = "amocrm.localhost"
    /// The consent page lives on `www.amocrm.ru` (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    static let consentLabel = "www"
    /// The shard that answers for the `api_domain` claim; `api-a.amocrm.ru` is the sample of
    /// https://www.amocrm.ru/developers/content/oauth/account-subdomain-info.
    static let shardLabel = "api-a"

    /// The port the server is bound to.
    let port: Int

    /// The base host with its port, `amocrm.localhost:8443`; the port is left out only if it is 443.
    var base: String { Self.domain + portSuffix }

    /// The shard's host with its port.
    var shard: String { "\(Self.shardLabel).\(base)" }

    /// The host of an account with its port.
    func host(of account: Account) -> String { "\(account.name).\(base)" }

    private var portSuffix: String { port == 443 ? "" : ":\(port)" }
}

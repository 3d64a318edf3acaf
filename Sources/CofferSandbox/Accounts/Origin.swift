// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The names under which one sandbox is reached.
///
/// All lie under `.localhost`, which is loopback without asking DNS (RFC 6761 §6.3).
struct Origin: Sendable, Equatable {
    /// What stands before `.localhost`, as `amocrm`.
    let label: String
    /// The label of a shard of the API, if the provider has one.
    let shardLabel: String?
    /// The port the server is bound to.
    let port: Int

    /// The name everything lies under, in place of `amocrm.ru`.
    var domain: String { label + ".localhost" }

    /// The base host with its port, `amocrm.localhost:8443`; the port is left out only if it is 443.
    var base: String { domain + (port == 443 ? "" : ":\(port)") }

    /// The shard's host with its port; the base where there is none.
    var shard: String { shardLabel.map { "\($0).\(base)" } ?? base }

    /// The host of an account with its port.
    func host(of account: Account) -> String { "\(account.name).\(base)" }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which part of the emulated service a request was addressed to, judged by its `Host`.
enum Place: Sendable, Equatable {
    /// `amocrm.localhost` or `www.amocrm.localhost`: consent, operator and control pages.
    case base
    /// `api-a.amocrm.localhost`: the host named in the `api_domain` claim.
    case shard
    /// The host of an account that exists.
    case account(Account)
    /// A host under our domain that belongs to nobody, as after a rename.
    case nobody
    /// Any other name. Nothing is served there, so that a page elsewhere cannot reach the sandbox by rebinding a name.
    case foreign

    /// Resolves the `Host` header; the port is not compared.
    ///
    /// - Parameters:
    ///   - host: the header.
    ///   - provider: who is emulated.
    ///   - account: finds the account of a name.
    init(host: String, provider: any EmulatedProvider, account: (String) -> Account?) {
        let name = String(host.lowercased().prefix { $0 != ":" })
        let domain = provider.label + ".localhost"
        guard name != domain else {
            self = .base
            return
        }
        guard name.hasSuffix("." + domain) else {
            self = .foreign
            return
        }
        let label = String(name.dropLast(domain.count + 1))
        if provider.baseLabels.contains(label) {
            self = .base
        } else if label == provider.shardLabel {
            self = .shard
        } else {
            let owner = provider.hasAccountHosts ? account(label) : nil
            self = owner.map(Place.account) ?? .nobody
        }
    }

    /// The account, if the place is one.
    var account: Account? {
        if case .account(let account) = self { account } else { nil }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

extension AppRecord {
    /// What the pinned description was made with; nil for an app that an older program added, or where only a newer one
    /// can tell.
    var origin: DescriptionOrigin? {
        storedOrigin.flatMap { try? StoredJSON.decode(DescriptionOrigin.self, from: $0) }
    }

    /// What the person knew better when the app was added.
    ///
    /// Where nobody wrote that down, whatever an option of `app add` can say is taken for said.
    var overrides: DescriptionOverrides {
        if let origin { return origin.overrides }
        guard let registration else { return DescriptionOverrides() }
        let provider = registration.provider
        return DescriptionOverrides(
            clientAuthentication: provider.clientAuthentication, revocationReach: provider.revocationReach,
            secretProbe: provider.secretProbe, usesCertificate: registration.trust.clientCertificate != nil,
            dpop: provider.dpop, assertionAudience: provider.assertionAudience, narrowing: provider.narrowing)
    }

    /// The description that the app would have if it were added now.
    ///
    /// - Parameters:
    ///   - entry: what is known of its provider.
    ///   - settings: values of variables; what is not there is as it was.
    ///   - path: the app's.
    /// - Returns: it, with what the person knew better.
    /// - Throws: ``KeeperError`` `usage` if it is not known what the app was added with; as ``CatalogueEntry/described(with:)``.
    func described(
        by entry: CatalogueEntry, settings: [String: String], at path: CredentialPath
    ) throws -> ProviderDescription {
        let names = entry.variables.map(\.name)
        let former = (origin?.settings ?? [:]).filter { names.contains($0.key) }
        let unknown = origin == nil ? names.filter { settings[$0] == nil } : []
        guard unknown.isEmpty else {
            throw KeeperError(
                .usage,
                "what \(path) was added with was not written down; repeat it: "
                    + unknown.map { "--set \($0)=VALUE" }.joined(separator: " "), path: path)
        }
        let described = try entry.described(with: former.merging(settings) { $1 })
        guard let sandboxURL = origin?.sandboxURL else {
            guard !isOfSandbox else {
                throw KeeperError(
                    .usage, "\(path) is a sandbox's, whose address was not written down; add it anew", path: path)
            }
            return overrides.applied(to: described)
        }
        return overrides.applied(to: try described.relocated(to: sandboxURL))
    }

    /// Whether an app that is added now would have another description; nil where that can't be told.
    func differs(from entry: CatalogueEntry, at path: CredentialPath) -> Bool? {
        guard let registration, var present = try? described(by: entry, settings: [:], at: path) else { return nil }
        if registration.registration != nil { present.secretReplacement = .rfc7592 }
        return present != registration.provider
    }

    /// Whether secrets go to this machine alone: what is known of the provider would send them elsewhere.
    private var isOfSandbox: Bool {
        origin == nil
            && registration?.provider.domains.allSatisfy {
                (try? EndpointURL("https://\($0)/"))?.isLoopback == true
            } == true
    }
}

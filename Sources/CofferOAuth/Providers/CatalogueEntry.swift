// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A provider as a catalogue has it: its description, what differs from one customer to another, and where
/// each statement was read.
package struct CatalogueEntry: Sendable, Equatable {
    /// The description; its addresses may hold `{name}` of ``variables``.
    package var description: ProviderDescription
    /// Where the vendor documents OAuth.
    package var documentation: String?
    /// What differs from one customer to another.
    package var variables: [ProviderVariable]
    /// What a person must know that no field says, one sentence each.
    package var notes: [String]
    /// Where the fields were read.
    package var sources: [DescriptionSource]
    /// Fields that no source states, by their dotted names.
    package var unknown: [String]

    /// Puts an entry together.
    package init(
        _ description: ProviderDescription, documentation: String? = nil, variables: [ProviderVariable] = [],
        notes: [String] = [], sources: [DescriptionSource] = [], unknown: [String] = []
    ) {
        self.description = description
        self.documentation = documentation
        self.variables = variables
        self.notes = notes
        self.sources = sources
        self.unknown = unknown
    }

    /// The description for one customer.
    ///
    /// - Parameter values: by the variables' names; what is not there has its default.
    /// - Returns: a description without variables.
    /// - Throws: ``OAuthError`` `configuration` for a value that is missing, malformed or of no variable, `refused_host` or
    ///   `plain_http` for an address that its own description does not allow.
    package func described(with values: [String: String] = [:]) throws(OAuthError) -> ProviderDescription {
        if let stray = values.keys.sorted().first(where: { name in !variables.contains { $0.name == name } }) {
            let known = variables.isEmpty ? "it has none" : "it has " + variables.map(\.name).joined(separator: ", ")
            throw OAuthError(.configuration, "\(description.displayName) has no setting \(stray); \(known).")
        }
        var chosen: [String: String] = [:]
        for variable in variables {
            chosen[variable.name] = try variable.checked(values[variable.name], of: description.displayName)
        }
        let filled = description.filled(with: chosen)
        let rule = HostRule(filled, trust: TrustSettings(allowsPrivateNetwork: true))
        for endpoint in filled.secretAddresses where !endpoint.needsAccountHost {
            _ = try rule.approve(endpoint, accountHost: nil)
        }
        for endpoint in filled.apiAddresses where !endpoint.needsAccountHost {
            _ = try rule.approveAPI(endpoint, accountHost: nil)
        }
        return filled
    }
}

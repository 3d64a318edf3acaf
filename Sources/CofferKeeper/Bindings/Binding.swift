// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Which entry answers another tool's request: one row of ``BindingSettings``.
package struct Binding: Sendable, Equatable, Codable {
    /// The tools whose requests are answered.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// git, by its credential helpers.
        case git
        /// AWS' SDKs and tools, by `credential_process`.
        case aws
        /// Clients of Kubernetes, by their exec plugins.
        case kubernetes
        /// Clients of container registries, by Docker's credential helpers.
        case docker
        /// Programs that start Python's keyring.
        case keyring
        /// curl, by what it reads as its configuration.
        case curl
        /// Programs that read netrc.
        case netrc
    }

    /// Whose request.
    package let kind: Kind
    /// What is asked for, as the tool's protocol names it.
    package let match: String
    /// The entry that answers.
    package let path: CredentialPath
    /// The name that goes with the password; nil where the entry or the request has one.
    package let username: String?
    /// The scheme that the tool presents it by instead, as `Bearer`; nil for a name and a password.
    package let scheme: String?

    /// Binds a request to an entry.
    package init(
        _ kind: Kind, _ match: String, to path: CredentialPath, username: String? = nil, scheme: String? = nil
    ) {
        self.kind = kind
        self.match = match
        self.path = path
        self.username = username
        self.scheme = scheme
    }
}

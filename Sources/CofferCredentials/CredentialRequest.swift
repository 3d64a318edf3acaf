// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a caller wants: the credential under a path, good for a while.
public struct CredentialRequest: Sendable, Hashable {
    /// The path of the entry.
    public let path: CredentialPath

    /// How long the credential must go on working; the provider's own margin where it is absent.
    public let minimumValidity: Duration?

    /// Asks for the credential under a path.
    ///
    /// - Parameters:
    ///   - path: the path of the entry.
    ///   - minimumValidity: how long the credential must go on working.
    public init(path: CredentialPath, minimumValidity: Duration? = nil) {
        self.path = path
        self.minimumValidity = minimumValidity
    }
}

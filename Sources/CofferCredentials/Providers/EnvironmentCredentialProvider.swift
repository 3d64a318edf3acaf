// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Hands out credentials from environment variables, for CI and containers.
///
/// Which variable belongs to which path is said outright. Names made from paths would meet:
/// `ci/npm-token` and `ci/npm/token` would both become `CI_NPM_TOKEN`, and one account would get
/// another's credential.
///
/// An environment says nothing of expiry: what it holds is handed out whatever validity is asked.
public struct EnvironmentCredentialProvider: CredentialProvider {
    /// The names of the variables by path.
    private let variables: [CredentialPath: String]

    /// Reads one variable.
    private let value: @Sendable (String) -> String?

    /// Maps paths to variables, which are read anew at each request.
    ///
    /// - Parameters:
    ///   - variables: the name of the variable for each path.
    ///   - value: reads a variable; by default from the environment of the process.
    public init(_ variables: [CredentialPath: String], value: (@Sendable (String) -> String?)? = nil) {
        self.variables = variables
        self.value = value ?? { ProcessInfo.processInfo.environment[$0] }
    }

    /// Hands out the value of the path's variable.
    ///
    /// - Throws: ``CredentialError`` with the code `not_found` where the path has no variable, or
    ///   the variable is not set or empty.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        guard let variable = variables[request.path] else {
            throw CredentialError(.notFound, message: "no environment variable belongs to it", path: request.path)
        }
        guard let text = value(variable), !text.isEmpty else {
            throw CredentialError(
                .notFound, message: "the environment variable \(variable) is not set", path: request.path)
        }
        try request.refuseNarrowing("a value from the environment has no narrower ones")
        return Credential(path: request.path, value: Secret(text))
    }
}

extension CredentialProvider where Self == EnvironmentCredentialProvider {
    /// Hands out credentials from environment variables.
    ///
    /// - Parameter variables: the name of the variable for each path.
    /// - Returns: the provider.
    public static func environment(_ variables: [CredentialPath: String]) -> EnvironmentCredentialProvider {
        EnvironmentCredentialProvider(variables)
    }
}

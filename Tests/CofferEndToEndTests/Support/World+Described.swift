// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation

extension World {
    /// Adds an app of the strict server at a provider of one's own, a file in the program's home.
    ///
    /// - Parameters:
    ///   - path: the app's path.
    ///   - id: the provider's id.
    ///   - secretFacts: what the description says of the `client_secret`, as a mapping in YAML.
    /// - Throws: what keeps the file from being written, or the app from being added.
    func addDescribedApp(_ path: String, of id: String, secretFacts: String) async throws {
        let base = sandbox.baseURL
        let folder = "\(program.home.path)/config/coffer/providers"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let description = """
            coffer_provider: 1
            id: \(id)
            name: Made up
            issuer: \(base)
            endpoints:
              authorization: \(base)/authorize
              token: \(base)/token
              introspection: \(base)/introspect
              userinfo: \(base)/userinfo
            hosts: {secrets: [strict.localhost]}
            client: {authentication: basic, body: form}
            authorization: {pkce: true, state: true, iss: true, redirect_in_request: true}
            tokens: {rotation: always}
            probes: {secret: authorization_code, token: introspection}
            client_secret: \(secretFacts)

            """
        try program.home.write(description.utf8, to: "config/coffer/providers/\(id).yaml")
        let integration = sandbox.integration
        try await succeed(
            "app", "add", path, "--provider", id, "--scope", "openid", "--client-id", integration.clientID,
            "--redirect-uri", integration.redirectURI, "--ca-file", sandbox.caFile,
            input: .text(integration.clientSecret + "\n"))
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What a Kubernetes client says of itself in `KUBERNETES_EXEC_INFO` (client.authentication.k8s.io/v1, `ExecCredentialSpec`:
/// https://kubernetes.io/docs/reference/config-api/client-authentication.v1/).
package struct ExecRequest: Sendable {
    /// The version that is spoken here; the answer must be in the version of the question.
    static let apiVersion = "client.authentication.k8s.io/v1"
    static let kind = "ExecCredential"

    private struct Document: Decodable {
        struct Spec: Decodable { let cluster: Cluster? }
        struct Cluster: Decodable {
            let server: String?
            let skipsCheck: Bool?

            private enum CodingKeys: String, CodingKey {
                case server
                case skipsCheck = "insecure-skip-tls-verify"
            }
        }

        let apiVersion: String
        let kind: String
        let spec: Spec?
    }

    /// The address of the cluster, as the client's configuration has it; nil unless that says `provideClusterInfo: true`.
    package let server: String?
    /// Whether the client looks at who answers at that address.
    package let isServerChecked: Bool

    /// Reads the variable.
    ///
    /// - Parameter text: the variable's value; nil where there is none, and then it is no Kubernetes client that asks.
    /// - Throws: ``ToolFailure`` `invalid`, `unsupported` for another version.
    package init(reading text: String?) throws(ToolFailure) {
        guard let text else {
            throw ToolFailure(.invalid, "KUBERNETES_EXEC_INFO is not set: a Kubernetes client starts this, and sets it")
        }
        guard let document = ToolJSON.decode(Document.self, from: Secret(text)), document.kind == Self.kind else {
            throw ToolFailure(.invalid, "KUBERNETES_EXEC_INFO is no ExecCredential")
        }
        guard document.apiVersion == Self.apiVersion else {
            throw ToolFailure(
                .unsupported, "the client asks in another version; its configuration should say \(Self.apiVersion)")
        }
        server = document.spec?.cluster?.server
        isServerChecked = document.spec?.cluster?.skipsCheck != true
    }
}

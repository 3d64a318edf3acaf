// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper kubernetes`: an exec plugin of Kubernetes' clients (client.authentication.k8s.io/v1).
struct HelperKubernetesCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "kubernetes", abstract: "Be a credential plugin of Kubernetes' clients.",
        discussion: """
            A connection answers with its token and the token's end; a static secret with a token, or with a client certificate and \
            its key as PEM. Bind the address of a cluster, and have the client say it:

              coffer bind kubernetes https://cluster.example.com:6443 main/idp/me

              users:
              - name: me
                user:
                  exec:
                    apiVersion: client.authentication.k8s.io/v1
                    command: coffer
                    args: [helper, kubernetes]
                    provideClusterInfo: true
                    interactiveMode: IfAvailable

            Without provideClusterInfo bind a name, and say it: args: [helper, kubernetes, NAME].
            """)

    /// What was bound.
    @Argument(help: "The name that was bound; unless told, the cluster's address as the client says it.")
    var name: String?

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Answers the client.
    func run() async throws {
        let context = CommandContext.current
        try revealing.check(context)
        let request = try ExecRequest(reading: context.environment["KUBERNETES_EXEC_INFO"])
        let binding = try Binding.answering(.kubernetes, try match(request), context)
        try await options.withSource(unless: agent.isLeftOut, because: "kubernetes \(binding.match)") {
            source, context in
            let bound = try await BoundCredential(source, binding, for: "a Kubernetes client")
            let answer = try bound.reading { value in
                guard bound.isToken else { return try ExecCredential(reading: value).answer() }
                return try ExecCredential.token(value, expiresAt: bound.credential.expiresAt).answer()
            }
            try context.output.write(answer)
        }
    }

    /// What is asked for.
    ///
    /// - Throws: ``ToolFailure`` `invalid` where nobody says which cluster, `unsupported` where anybody could answer in its place.
    private func match(_ request: ExecRequest) throws -> String {
        let place = try request.server.map { try GitPlace(match: $0, for: "a Kubernetes client") }
        guard request.isServerChecked || place?.isLoopback == true else {
            throw ToolFailure(
                .unsupported,
                "the client would not look at who answers there (insecure-skip-tls-verify), and anybody could")
        }
        if let name { return try Binding.Kind.kubernetes.match(name) }
        guard let place else {
            throw ToolFailure(
                .invalid,
                "the client does not say which cluster it is for: set provideClusterInfo, or name what was bound")
        }
        return place.text
    }
}

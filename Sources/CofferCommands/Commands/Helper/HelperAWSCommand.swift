// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

/// `coffer helper aws`: a `credential_process` of AWS' SDKs.
struct HelperAWSCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "aws", abstract: "Be a credential_process of AWS' SDKs and command line.",
        discussion: """
            The secret is a JSON object with AccessKeyId and SecretAccessKey, and perhaps SessionToken and Expiration. It is named by \
            what stands behind the command in ~/.aws/config:

              coffer put main/aws/deploy < credentials.json
              coffer bind aws deploy main/aws/deploy

              [profile deploy]
              credential_process = /usr/local/bin/coffer helper aws deploy
            """)

    /// What was bound.
    @Argument(help: "The name that was bound, as that of a profile.")
    var profile: String

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Answers the SDK, which prints standard error where this fails.
    func run() async throws {
        let context = CommandContext.current
        try revealing.check(context)
        let binding = try Binding.answering(.aws, try Binding.Kind.aws.match(profile), context)
        try await options.withSource(unless: agent.isLeftOut, because: "aws \(binding.match)") { source, context in
            let bound = try await BoundCredential(source, binding, for: "AWS", takesTokens: false)
            let credentials = try bound.reading { try AWSCredentials(reading: $0) }
            if let end = credentials.expiresAt, end <= context.now() {
                // An SDK would take them and ask for others at once, without end.
                throw CommandError(
                    "expired", message: "these credentials ended at \(JSONText.rfc3339(end))",
                    hint: "put others there: coffer put \(binding.path)", path: binding.path)
            }
            try context.output.write(credentials.answer)
        }
    }
}

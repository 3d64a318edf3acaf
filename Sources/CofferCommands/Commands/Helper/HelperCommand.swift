// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coffer helper`: the protocols of other tools.
struct HelperCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "helper", abstract: "Answer other tools in their own protocols, for what was bound.",
        discussion: """
            A helper answers only what coffer bind names, and guesses nothing.

              coffer bind git https://git.example.com main/gitlab/me
              git config --global credential.https://git.example.com.helper '!coffer helper git'

              coffer bind aws deploy main/aws/deploy
              coffer helper aws deploy
            """,
        subcommands: [
            HelperAWSCommand.self, HelperCurlCommand.self, HelperDockerCommand.self, HelperGitCommand.self,
            HelperKeyringCommand.self, HelperKubernetesCommand.self, HelperNetrcCommand.self,
        ])
}

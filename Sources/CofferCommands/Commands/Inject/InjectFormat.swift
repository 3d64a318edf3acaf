// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferInjection

/// The forms that variables are written in.
enum InjectFormat: String, CaseIterable, ExpressibleByArgument {
    case dotenv, json, yaml, shell, fish, docker, systemd, github, gitlab

    /// The writer of a format whose text goes to one place; nil for `github`, whose has two.
    var writer: (any VariableFormat.Type)? {
        switch self {
        case .dotenv: DotenvFormat.self
        case .json: JSONFormat.self
        case .yaml: YAMLFormat.self
        case .shell: ShellFormat.self
        case .fish: FishFormat.self
        case .docker: DockerFormat.self
        case .systemd: SystemdFormat.self
        case .gitlab: GitLabFormat.self
        case .github: nil
        }
    }
}

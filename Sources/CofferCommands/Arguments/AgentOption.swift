// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `--no-agent`, of the commands that ask an agent where one serves.
struct AgentOption: ParsableArguments {
    /// Whether the vault is opened although an agent serves.
    @Flag(name: .customLong("no-agent"), help: "Open the vault by oneself although coffer agent serves it.")
    var isLeftOut = false
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The flag of every command with an output that is no list.
struct JSONOption: ParsableArguments {
    /// Prints JSON.
    @Flag(help: "Print JSON, for programs; errors too.")
    var json = false
}

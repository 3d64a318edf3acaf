// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Which form a list is printed in.
enum ListFormat: Sendable {
    /// For people.
    case table
    /// For programs.
    case json
    /// For pipes: one word a line.
    case quiet
}

/// The flags that every command with a list has.
struct ListOptions: ParsableArguments {
    /// Prints JSON.
    @Flag(name: .long, help: "Print JSON, for programs.")
    var json = false

    /// Prints one name a line.
    @Flag(name: .shortAndLong, help: "Print one name a line, for pipes.")
    var quiet = false

    /// The form that was asked for.
    var format: ListFormat { json ? .json : quiet ? .quiet : .table }

    /// Refuses both at once.
    func validate() throws {
        if json && quiet { throw ValidationError("--json and --quiet exclude each other") }
    }
}

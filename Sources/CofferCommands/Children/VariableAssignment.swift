// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `NAME=coffer://PATH#FIELD`, as `--env` takes it.
struct VariableAssignment: ExpressibleByArgument, Sendable, Equatable {
    let name: String
    let reference: String

    /// Reads what stands on a command line: a reference, never a value, which would be seen by everybody (`ps`).
    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "=") else { return nil }
        let value = String(argument[argument.index(after: equals)...])
        guard EntryReference.isReference(value) else { return nil }
        name = String(argument[..<equals])
        reference = value
    }
}

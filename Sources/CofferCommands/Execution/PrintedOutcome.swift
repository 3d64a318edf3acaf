// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Ends a command with a status whose reason has been printed already: a report, a table.
struct PrintedOutcome: Error, Equatable {
    /// How the process ends.
    let status: ExitStatus
}

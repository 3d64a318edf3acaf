// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which of several failures decides how a command ends (docs/exit-status.md, "Several failures").
enum FailureSeverity {
    /// The worst first: what loses data, what a person must do, what goes away by itself.
    static let order: [ExitStatus] = [
        .bug, .damaged, .cannotWrite, .inputOutput, .blocked, .needsReauthorization, .configuration, .notPermitted,
        .nonsense, .needsIssuer, .notFound, .usage, .onHold, .unreachable, .tryLater, .failed,
    ]

    /// The worst; `nil` if there is none.
    static func worst(_ statuses: [ExitStatus]) -> ExitStatus? {
        statuses.min { rank($0) < rank($1) }
    }

    private static func rank(_ status: ExitStatus) -> Int { order.firstIndex(of: status) ?? order.endIndex }
}

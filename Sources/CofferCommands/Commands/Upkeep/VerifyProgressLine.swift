// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// How far `coffer verify` is: one line that is redrawn on a terminal, nothing elsewhere.
struct VerifyProgressLine: Sendable {
    private let diagnostics: Diagnostics?

    /// Begins.
    init(_ diagnostics: Diagnostics, isQuiet: Bool) {
        self.diagnostics = diagnostics.isTerminal && !isQuiet ? diagnostics : nil
    }

    /// Tells how far it is.
    func show(_ progress: VerifyProgress) {
        let count = progress.count > 0 ? ": \(progress.count)" : ""
        diagnostics?.progress("checking \(progress.stage.rawValue)\(count)")
    }

    /// Takes the line away.
    func end() {
        diagnostics?.endProgress()
    }
}

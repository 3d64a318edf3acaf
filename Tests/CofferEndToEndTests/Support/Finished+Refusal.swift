// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What every failure owes whoever reads it.
extension Finished {
    /// Expects a status, nothing on standard output, and one sentence with at most one hint on standard error.
    func expectRefusal(
        _ code: Int32, saying text: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(status == .exited(code), "\(errors)", sourceLocation: sourceLocation)
        #expect(output.isEmpty, sourceLocation: sourceLocation)
        expectOneSentence(saying: text, sourceLocation: sourceLocation)
    }

    /// Expects one sentence with at most one hint on standard error.
    func expectOneSentence(saying text: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
        let hints = errorLines.filter { $0.hasPrefix("coffer: hint: ") }
        let sentences = errorLines.filter { !$0.hasPrefix("coffer: hint: ") }
        #expect(sentences.count == 1 && hints.count <= 1, "\(errors)", sourceLocation: sourceLocation)
        #expect(sentences.first?.hasPrefix("coffer: ") == true, "\(errors)", sourceLocation: sourceLocation)
        #expect(text.isEmpty || errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
        #expect(!errors.contains("(internal"), "\(errors)", sourceLocation: sourceLocation)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a program that was run for one errand gave nothing, as the end of a sentence that begins with its name.
enum ChildFailure: Error, Equatable {
    /// It could not be started.
    case notStarted
    /// It, or somebody whom it left behind with its pipes, did not end in time.
    case late(Duration)
    /// It printed more than so many bytes.
    case tooMuch(Int)
    /// It ended with a status that says that it failed.
    case status(Int32)
    /// A signal ended it.
    case signal(Int32)

    /// The end of the sentence.
    var words: String {
        switch self {
        case .notStarted: "could not be started"
        case .late(let patience): "did not end within \(patience.components.seconds) s and was killed"
        case .tooMuch(let limit): "printed more than the \(limit) bytes that it may"
        case .status(let number): "ended with status \(number)"
        case .signal(9): "was killed"
        case .signal(let number): "was ended by signal \(number)"
        }
    }
}

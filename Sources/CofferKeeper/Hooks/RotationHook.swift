// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

/// Somebody outside who is told of rotations.
protocol RotationHook: Sendable {
    /// Who, for a sentence: `the webhook at host`.
    var name: String { get }

    /// What it is known by in the record of who has heard what: the same as long as the same receiver is set.
    var key: String { get }

    /// How long is waited before each further try; none where one must do.
    var pauses: [Duration] { get }

    /// Tells it once, within a deadline of its own.
    ///
    /// It may be called with a notice that was heard and not recorded: receivers drop repeats by the notice's id.
    func tell(_ notice: RotationNotice) async -> HookAnswer
}

/// How telling somebody ended.
enum HookAnswer: Sendable, Equatable {
    /// It has heard.
    case heard
    /// It has not, and may when told again; why, as the end of a sentence.
    case failed(String)
    /// It has not, and telling it again at once is of no use; why, as the end of a sentence.
    case refused(String)
}

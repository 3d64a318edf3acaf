// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferRotation

/// What readers get while a leak is contained.
struct TaintOptions: ParsableArguments {
    /// Tokens are not handed out meanwhile.
    @Flag(help: "Hand out no token from before the leak; the default where a program replaces the secret.")
    var hold = false

    /// Tokens are handed out meanwhile.
    @Flag(help: "Hand out tokens from before the leak until they are reissued; the default where a person must act.")
    var serve = false

    /// Whether one of them was named.
    var isNamed: Bool { strength != nil }

    /// The strength that was named; absent for the default.
    var strength: TaintStrength? { hold ? .hold : serve ? .serve : nil }

    /// Refuses both.
    func validate() throws {
        if hold && serve { throw ValidationError("--hold and --serve exclude each other") }
    }
}

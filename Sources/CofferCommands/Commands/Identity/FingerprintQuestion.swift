// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The comparison of a fingerprint by another channel: what shows that a key is the right person's.
struct FingerprintQuestion {
    /// What `--fingerprint` said.
    private let given: String?

    /// Where to ask.
    private let context: CommandContext

    /// Makes sure, before anything is done, that the question can be answered.
    ///
    /// - Throws: ``CommandError`` with the code `usage` where nobody can be asked and no fingerprint was given.
    init(_ given: String?, _ context: CommandContext) throws(CommandError) {
        self.given = given
        self.context = context
        guard given != nil || (context.input.isTerminal && context.terminal.isPresent) else {
            throw CommandError(
                "usage", message: "there is nobody to compare the fingerprint with the one that was told",
                hint: "run it on a terminal, or give the fingerprint that you were told with --fingerprint")
        }
    }

    /// Compares, or asks.
    ///
    /// - Parameters:
    ///   - fingerprint: what was computed from the key.
    ///   - key: what the key is called, as in `the fingerprint of … is`.
    ///   - teller: who must have told it, as in `did … tell you`.
    /// - Throws: ``CommandError`` with the code `wrong_fingerprint`, or `not_confirmed` after a no.
    func settle(_ fingerprint: String, of key: String, toldBy teller: String) async throws {
        if let given {
            guard Self.digits(given) == Self.digits(fingerprint) else {
                throw CommandError(
                    "wrong_fingerprint",
                    message: "the fingerprint of \(key) is \(fingerprint), not the one that was given",
                    hint: "somebody may have put a key of their own in its place: ask again by another channel")
            }
            return
        }
        context.diagnostics.note("the fingerprint of \(key) is \(fingerprint)")
        guard try await context.terminal.confirm("did \(teller) tell you the same one, by another channel?") else {
            throw CommandError("not_confirmed", message: "nothing was changed")
        }
    }

    /// What counts of a fingerprint that a person typed: its digits, whatever stands between them.
    private static func digits(_ text: String) -> String {
        text.lowercased().filter(\.isHexDigit)
    }
}

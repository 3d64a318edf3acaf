// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A command line that an agent may answer before anything else is begun: `coffer token PATH`, with `--min-valid TIME` and
/// `--format value` perhaps.
///
/// Nothing else is recognised, whatever the argument parser makes of it.
struct ShortCommand: Equatable {
    /// The connection.
    let path: CredentialPath
    /// How long the token must be good for.
    let minimumValidity: Duration?

    /// Reads what follows the program's name; nil for any other command line.
    init?(_ arguments: [String]) {
        guard arguments.first == "token" else { return nil }
        var words = arguments.dropFirst()
        var (found, validity, format) = (CredentialPath?.none, Duration?.none, String?.none)
        while let word = words.popFirst() {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch String(sides[0]) {
            case "--min-valid":
                guard validity == nil, let text = Self.value(sides, &words),
                    let length = DurationArgument(argument: text)
                else { return nil }
                validity = length.duration
            case "--format":
                guard format == nil, let text = Self.value(sides, &words), text == "value" else { return nil }
                format = text
            default:
                guard found == nil, let path = try? CredentialPath(word) else { return nil }
                found = path
            }
        }
        guard let path = found else { return nil }
        (self.path, minimumValidity) = (path, validity)
    }

    /// An option's value: behind the sign, or the next word.
    private static func value(_ sides: [Substring], _ words: inout ArraySlice<String>) -> String? {
        sides.count > 1 ? String(sides[1]) : words.popFirst()
    }
}

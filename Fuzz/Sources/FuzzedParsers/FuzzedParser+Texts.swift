// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCommands

extension FuzzedParser {
    /// What people and scripts write on the command line, and what is shown to them.
    static let texts: [FuzzedParser] = [
        FuzzedParser(name: "credential-path", longestInput: 600) { bytes in
            guard let text = text(bytes), let path = try? CredentialPath(text) else { return }
            require(path.description == text, "a path is written as it was read")
        },
        FuzzedParser(name: "duration", longestInput: 64) { bytes in
            guard let text = text(bytes), let argument = DurationArgument(argument: text) else { return }
            require(argument.duration >= .zero, "a length is not negative")
            let again = DurationArgument(argument: argument.defaultValueDescription)
            require(again?.duration == argument.duration, "a length is read as it was written")
        },
        FuzzedParser(name: "entry-reference", longestInput: 600) { bytes in
            guard let text = text(bytes), let reference = try? EntryReference(text) else { return }
            let written = "coffer://\(reference.path)" + (reference.field.map { "#\($0)" } ?? "")
            require((try? EntryReference(written)) == reference, "a reference is read as it was written")
        },
        FuzzedParser(name: "printable-text", longestInput: 256) { bytes in
            guard let text = text(bytes) else { return }
            let clean = PrintableText.clean(text)
            require(isPlain(clean), "what is shown holds no control characters")
            require(PrintableText.clean(clean) == clean, "what is clean stays as it is")
        },
    ]
}

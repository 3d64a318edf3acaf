// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An account's id or label as a provider states it, fit to be shown, stored and compared.
enum AccountText {
    /// OpenID Connect Core §2 bounds `sub` by this many characters.
    private static let characterLimit = 255

    /// The text, or `nil` if it is empty, too long or holds control characters: an id is never mended.
    static func clean(_ text: String) -> String? {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
        return isPlain && !text.isEmpty && text.count <= characterLimit ? text : nil
    }
}

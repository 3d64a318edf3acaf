// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What `get` is asked for: `PATH`, `PATH#FIELD` or `coffer://PATH#FIELD` (docs/commands.md, "References").
struct EntryReference: Hashable, Sendable {
    /// What a reference begins with where a path could be anything else.
    private static let scheme = "coffer://"

    /// The entry.
    let path: CredentialPath

    /// The field; absent for the default of the entry's kind.
    let field: String?

    /// Reads a reference.
    ///
    /// - Parameters:
    ///   - text: the reference.
    ///   - named: a field that was named beside it.
    /// - Throws: `CredentialError` with the code `invalid_path`, ``CommandError`` with the code `usage`.
    init(_ text: String, field named: String? = nil) throws {
        let bare = text.hasPrefix(Self.scheme) ? text.dropFirst(Self.scheme.count) : Substring(text)
        let parts = bare.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        path = try CredentialPath(parts.first.map(String.init) ?? "")
        if parts.count > 1, named != nil {
            throw CommandError("usage", message: "the field is named twice: after # and with --field", path: path)
        }
        let field = parts.count > 1 ? String(parts[1]) : named
        if let field, !Self.isName(field) {
            throw CommandError("usage", message: "a field is a word such as access_token", path: path)
        }
        self.field = field
    }

    /// Whether a text is meant to be a reference where it could be anything else.
    static func isReference(_ text: String) -> Bool { text.hasPrefix(scheme) }

    /// Whether what it stands for must not be seen; the other fields are printed in lists, too.
    var isSecret: Bool {
        !["token_type", "expires_at", "account_url", "client_id", "certificate"].contains(field)
    }

    /// Whether only the vault has it: an agent hands out values and access tokens, and nothing else.
    var isVaultsAlone: Bool { ![nil, "value", "access_token"].contains(field) }

    /// Whether a text has the form of a field's name.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
    }
}

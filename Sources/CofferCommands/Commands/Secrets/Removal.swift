// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

/// The removal of an entry, once somebody has said yes.
struct Removal {
    /// The entry.
    private let path: CredentialPath

    /// The kind that the entry must have; any if absent.
    private let kind: String?

    /// Whether nobody is asked.
    private let isConfirmed: Bool

    /// Plans a removal.
    init(_ path: CredentialPath, kind: String? = nil, isConfirmed: Bool) {
        self.path = path
        self.kind = kind
        self.isConfirmed = isConfirmed
    }

    /// Asks, removes, and says what is left elsewhere.
    ///
    /// - Parameters:
    ///   - keeper: the vault.
    ///   - context: where it is asked and said.
    ///   - leavesNothing: whether nothing is left elsewhere.
    ///   - remove: removes; from the vault alone unless told.
    /// - Throws: ``CommandError`` with the code `wrong_kind`, `usage` where nobody can be asked, or `not_confirmed`.
    func perform(
        _ keeper: Keeper, _ context: CommandContext, leavesNothing: Bool = false,
        by remove: ((CredentialPath) async throws -> Void)? = nil
    ) async throws {
        guard let entry = try await keeper.entryToRemove(path) else {
            throw CommandError("not_found", message: "there is no entry \(path)", path: path)
        }
        if let kind, entry.kind != kind {
            throw CommandError("wrong_kind", message: "\(path) is a \(entry.kind), not an \(kind)", path: path)
        }
        let rest = leavesNothing ? nil : Self.rest(entry.kind)
        if !isConfirmed { try await confirm(entry, rest, context) }
        if let remove { try await remove(path) } else { try await keeper.remove(path) }
        context.diagnostics.note("removed the \(entry.kind) \(path)")
        if let rest { context.diagnostics.hint(rest) }
    }

    private func confirm(_ entry: EntryView, _ rest: String?, _ context: CommandContext) async throws {
        guard context.input.isTerminal, context.terminal.isPresent else {
            throw CommandError(
                "usage", message: "there is nobody to ask whether \(path) should go",
                hint: "remove it without asking with --yes", path: path)
        }
        if let rest { context.diagnostics.note(rest) }
        guard try await context.terminal.confirm("remove the \(entry.kind) \(path)?") else {
            throw CommandError("not_confirmed", message: "nothing was removed", path: path)
        }
    }

    /// What a removal here does not end elsewhere.
    private static func rest(_ kind: String) -> String? {
        switch kind {
        case "connection": "the grant lives on at the provider: withdraw it there if nobody else uses it"
        case "app": "the client stays registered at the provider, and its secret in force"
        default: nil
        }
    }
}

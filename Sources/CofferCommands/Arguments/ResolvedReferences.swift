// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What references stand for, from the vault or from the agent in its place.
struct ResolvedReferences: Sendable {
    /// A reference, and where it stands.
    struct Asked: Sendable {
        let reference: EntryReference
        /// What an error begins with: `variable TOKEN`.
        let place: String
    }

    private let values: [EntryReference: Secret]

    /// Asks for each reference once; no vault is opened, and no agent asked, where there is none.
    ///
    /// - Parameters:
    ///   - asked: the references.
    ///   - options: vault and identity.
    ///   - agent: whether the agent is asked.
    ///   - obstacle: says why a value can't be used, as the rest of a sentence; nil if it can.
    /// - Throws: ``CommandError`` `usage` for a value that can't be used, what the vault or the agent throws; each names the place.
    init(
        _ asked: [Asked], _ options: VaultOptions, _ agent: AgentOption, obstacle: (Secret) -> String?
    ) async throws {
        guard !asked.isEmpty else {
            values = [:]
            return
        }
        values = try await options.withSource(of: asked.map(\.reference), unless: agent.isLeftOut) { source, _ in
            var found: [EntryReference: Secret] = [:]
            for one in asked where found[one.reference] == nil {
                let reference = one.reference
                do {
                    let value = try await source.value(of: reference)
                    if let obstacle = obstacle(value) {
                        throw CommandError("usage", message: obstacle, path: reference.path)
                    }
                    found[reference] = value
                } catch {
                    // That all of it is left to the vault is of no place.
                    guard !VaultOptions.leavesToVault(error) else { throw error }
                    throw CommandError(error).placed(one.place)
                }
            }
            return found
        }
    }

    /// What a reference stands for that was asked for.
    subscript(_ reference: EntryReference) -> Secret {
        guard let value = values[reference] else { preconditionFailure("each reference was asked for") }
        return value
    }
}

extension CommandError {
    /// The same error, which says first where it is.
    func placed(_ place: String) -> CommandError {
        CommandError(code, status: status, message: "\(place): \(message)", hint: hint, path: path)
    }
}

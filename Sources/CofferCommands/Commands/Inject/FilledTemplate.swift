// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection

/// A template with what its references stand for.
enum FilledTemplate {
    /// The largest template, in bytes: 16 MiB.
    private static let largest = 16 << 20

    /// The largest text that it may become, in bytes: 64 MiB.
    private static let largestText = 64 << 20

    /// Reads a template and fills it.
    ///
    /// - Parameters:
    ///   - path: the template's file; a hyphen or nil for standard input.
    ///   - options: vault and identity.
    ///   - agent: whether the agent is asked.
    ///   - context: where standard input is, and where a note goes.
    /// - Returns: the whole text.
    /// - Throws: ``CommandError`` with the line; what the vault or the agent throws.
    static func text(
        of path: String?, _ options: VaultOptions, _ agent: AgentOption, _ context: CommandContext
    ) async throws -> Secret {
        let input = NamedInput(
            path: path, subject: "the template", hint: "name its file: coffer inject FILE", limit: largest,
            patience: TerminalQuestion.patience)
        let contents = try await input.read(context)
        let name = path.flatMap { $0 == "-" ? nil : $0 } ?? "the template"
        let template: Template
        do { template = try Template(contents) } catch {
            throw CommandError("usage", message: "line \(error.line) of \(name): \(error.reason)")
        }
        let asked = try template.marks.map { mark in
            let place = "line \(mark.line) of \(name)"
            do { return ResolvedReferences.Asked(reference: try EntryReference(mark.reference), place: place) } catch {
                throw CommandError(error).placed(place)
            }
        }
        let resolved = try await ResolvedReferences(asked, options, agent) { value in
            value.withExposedBytes { $0.contains(0) } ? "it holds a zero byte, which no text does" : nil
        }
        let values = asked.map { resolved[$0.reference] }
        guard values.reduce(template.byteCountBesides, { $0 + $1.byteCount }) <= largestText else {
            throw CommandError("too_large", message: "\(name) becomes larger than 64 MiB")
        }
        if let line = template.bareLine {
            context.diagnostics.note("line \(line) of \(name) has coffer:// without {{ }}, which stays as it stands")
        }
        return template.filled(values)
    }
}

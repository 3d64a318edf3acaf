// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What `coffer backup` says of a copy.
struct BackupSheet: Encodable {
    private let summary: BackupSummary

    /// Takes what was made.
    init(_ summary: BackupSummary) { self.summary = summary }

    func encode(to encoder: any Encoder) throws { try summary.encode(to: encoder) }

    /// Writes the facts to standard output, and what to do with them to standard error.
    ///
    /// - Throws: ``CommandError`` if they cannot be written.
    func write(asJSON: Bool, _ context: CommandContext) throws {
        var facts: [(String, String?)] = [
            ("backup", summary.path), ("vault", summary.vault), ("made at", JSONText.rfc3339(summary.madeAt)),
            ("bytes", "\(summary.byteCount)"),
        ]
        for reader in summary.readers {
            facts.append(
                ("opens it", "\(reader.name) (\(reader.fingerprint)): \(reader.roles.joined(separator: ", "))"))
        }
        try context.output.write(asJSON ? JSONText.document(self) : FactSheet(facts).text)
        guard !asJSON else { return }
        context.diagnostics.note("whoever can open it today can open it for ever; keep it apart from the identities")
    }
}

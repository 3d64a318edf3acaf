// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

extension ReportPage {
    /// What was asked about the secrets.
    var secretProofs: HTML {
        let proofs = report.proofs.filter { $0.connection == nil }
        guard !proofs.isEmpty else { return .empty }
        let rows = proofs.map { reported in
            let proof = reported.proof
            return HTML.element(
                .tr, [:],
                [
                    .element(.th, [.scope: "row"], ReportWords.finding(proof)),
                    .element(.td, [:], [badge(Standing(proof.result), ReportWords.result(proof.result))]),
                    .element(.td, [:], [moment(proof.at)]), .element(.td, [:], proof.evidence),
                ])
        }
        return section(
            "secrets", "The secrets",
            [
                table(
                    "proofs", "What the provider said of the old secret and the new one",
                    columns: ["Claim", "Result", "Asked at", "Evidence"], rows: rows)
            ])
    }

    /// Every connection, what became of it and what of that is proven; what needs an eye comes first.
    var connections: HTML {
        guard !report.connections.isEmpty else {
            let none = HTML.element(
                .p, [:], report.unplanned.isEmpty ? "The app had no connection." : "None was planned.")
            return section("connections", "Connections", [none] + unplanned)
        }
        let proofs = tokenProofs
        let ordered = report.connections.enumerated().sorted { left, right in
            (urgency(left.element), left.offset) < (urgency(right.element), right.offset)
        }
        let rows = ordered.map { row($0.element, proofs[$0.element.path] ?? []) }
        return section(
            "connections", "Connections (\(report.connections.count))",
            [table("Every connection of the app, those that need a person first", rows)] + unplanned)
    }

    /// What became of connections that were in no plan: they are told apart, since they are in no count.
    private var unplanned: [HTML] {
        guard !report.unplanned.isEmpty else { return [] }
        let proofs = tokenProofs
        let rows = report.unplanned.map { row($0, proofs[$0.path] ?? []) }
        return [table("\(ReportWords.unplanned): in no plan, and tried at the end", rows)]
    }

    /// The proofs of each connection's tokens.
    private var tokenProofs: [CredentialPath: [Proof]] {
        var proofs: [CredentialPath: [Proof]] = [:]
        for reported in report.proofs {
            if let path = reported.connection { proofs[path, default: []].append(reported.proof) }
        }
        return proofs
    }

    private func table(_ caption: String, _ rows: [HTML]) -> HTML {
        table(
            "connections", caption,
            columns: ["Connection", "Outcome", "Last tried", "Proof, or what stands in the way"], rows: rows)
    }

    private func row(_ connection: ReportedConnection, _ proofs: [Proof]) -> HTML {
        var outcome = [badge(Standing(connection.outcome), ReportWords.outcome(connection.outcome))]
        if connection.tries > 1 { outcome.append(.element(.small, [:], " at try \(connection.tries)")) }
        let tried: [HTML] = connection.handledAt.map { [moment($0), .text(" "), after($0)] } ?? [.text("–")]
        let reason: [HTML] = connection.reason.map { [.element(.p, [:], $0)] } ?? []
        let found = reason.isEmpty && proofs.isEmpty ? [noProof(connection)] : reason + proofs.map(line)
        return .element(
            .tr, [:],
            [
                .element(.th, [.scope: "row"], [.element(.code, [:], connection.path.description)]),
                .element(.td, [:], outcome), .element(.td, [:], tried), .element(.td, [:], found),
            ])
    }

    /// One proof of a connection's tokens.
    private func line(_ proof: Proof) -> HTML {
        .element(
            .p, [:],
            [
                badge(Standing(proof.result), ReportWords.finding(proof)),
                .element(.small, [:], [.text(" \(proof.evidence) · "), moment(proof.at)]),
            ])
    }

    /// Why there is no proof.
    private func noProof(_ connection: ReportedConnection) -> HTML {
        switch (connection.outcome, connection.tokens) {
        case (.reissued, .unproven): badge(.open, "the provider has no way to ask about its tokens")
        case (.reissued, _): badge(.open, "not asked yet")
        default: .text("–")
        }
    }

    /// What comes first: what needs a person, then what is on its way, then what is not proven.
    private func urgency(_ connection: ReportedConnection) -> Int {
        switch (connection.outcome, connection.tokens) {
        case (.needsPerson, _), (.failed, _): 0
        case (_, .refuted): 1
        case (.pending, _): 2
        case (.reissued, .proven): 4
        case (.reissued, _): 3
        }
    }
}

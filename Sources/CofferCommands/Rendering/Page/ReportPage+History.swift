// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

extension ReportPage {
    /// Who ran it, and what each did.
    var people: HTML {
        let rows = report.people.map { person in
            HTML.element(
                .tr, [:],
                [
                    .element(.th, [.scope: "row"], person.name),
                    .element(.td, [:], person.deeds.map { HTML.element(.p, [:], ReportWords.deed($0)) }),
                    .element(.td, [:], [moment(person.from), .text(" to "), moment(person.to)]),
                ])
        }
        return section(
            "people", "Who did what",
            [
                table(
                    "people", "The identities that ran the rotation",
                    columns: ["Identity", "What it did", "When"], rows: rows)
            ])
    }

    /// Everything that happened; connections are summed up.
    var steps: HTML {
        let rows = report.steps.map { step in
            HTML.element(
                .tr, [:],
                [
                    .element(.td, [:], [moment(step.at), .text(" "), after(step.at)]),
                    .element(.th, [.scope: "row"], ReportWords.step(step.step)),
                    .element(.td, [:], step.by), .element(.td, [:], step.detail ?? ""),
                ])
        }
        return section(
            "steps", "Every step",
            [
                table(
                    "steps", "The journal; what happened to many connections is one row, at the time of the last",
                    columns: ["When", "Step", "By", "What came of it"], rows: rows)
            ])
    }
}

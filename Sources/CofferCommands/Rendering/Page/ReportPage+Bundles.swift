// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

extension ReportPage {
    /// Which bundles still hold something from before; nothing where nobody looked.
    var bundles: HTML {
        switch report.bundles {
        case nil: .empty
        case .unreadable?:
            section("bundles", "Bundles still out there", [text("Not known: \(ReportWords.unreadBundles).")])
        case .known([])?: section("bundles", "Bundles still out there", [text("None.")])
        case .known(let found)?: section("bundles", "Bundles still out there (\(found.count))", content(found))
        }
    }

    private func content(_ found: [ReportedBundle]) -> [HTML] {
        let rows = found.map { bundle in
            HTML.element(
                .tr, [:],
                [
                    .element(.th, [.scope: "row"], bundle.id), .element(.td, [:], bundle.identity),
                    .element(.td, [:], [moment(bundle.madeAt)]), .element(.td, [:], [moment(bundle.expiresAt)]),
                    .element(.td, [:], ReportWords.contents(bundle)),
                ])
        }
        let listed = table(
            "bundles", "Files that were lent and can still be opened",
            columns: ["Bundle", "Of", "Made", "Opens until", "Holds from before"], rows: rows)
        return [listed] + (report.bundleAdvice.map { [text($0)] } ?? [])
    }

    private func text(_ words: String) -> HTML { .element(.p, [:], words) }
}

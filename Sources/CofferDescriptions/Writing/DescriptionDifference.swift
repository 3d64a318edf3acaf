// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import Yams

/// One field in which two descriptions differ, for a person who decides between them.
package struct DescriptionDifference: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case field, pinned
        case proposed = "new"
    }

    /// The field's dotted name, as `endpoints.token`.
    package let field: String
    /// What is pinned; nil where nothing is.
    package let pinned: String?
    /// What would be; nil where nothing would.
    package let proposed: String?

    /// Names a difference.
    package init(_ field: String, pinned: String?, proposed: String?) {
        self.field = field
        self.pinned = pinned
        self.proposed = proposed
    }

    /// The fields in which they differ: endpoints and hosts first, since those say where secrets are sent.
    package static func between(
        _ pinned: ProviderDescription, _ proposed: ProviderDescription
    ) -> [DescriptionDifference] {
        let (old, new) = (CatalogueEntry(pinned), CatalogueEntry(proposed))
        let found = Schema.fields.compactMap { field -> DescriptionDifference? in
            let (before, after) = (text(of: field, in: old), text(of: field, in: new))
            return before == after ? nil : DescriptionDifference(field.name, pinned: before, proposed: after)
        }
        return found.filter(\.isPlace) + found.filter { !$0.isPlace }
    }

    /// Whether it is about where requests go.
    private var isPlace: Bool { field.hasPrefix("endpoints.") || field.hasPrefix("hosts.") }

    private static func text(of field: SchemaField, in entry: CatalogueEntry) -> String? {
        field.write(entry, nil).map { line($0) }
    }

    /// A value on one line, as YAML's flow style has it.
    private static func line(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string
        case .sequence(let nodes): "[" + nodes.map { line($0) }.joined(separator: ", ") + "]"
        case .mapping(let members):
            "{" + members.map { "\(line($0.key)): \(line($0.value))" }.joined(separator: ", ") + "}"
        case .alias: ""
        }
    }
}

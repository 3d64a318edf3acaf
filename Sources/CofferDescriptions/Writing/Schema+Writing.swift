// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension Schema {
    /// The fields of an entry that differ from a blank one, in order, as nodes by dotted name.
    static func stated(_ entry: CatalogueEntry) -> [(name: String, node: Node)] {
        let blank = blank
        return fields.compactMap { field in
            field.write(entry, required.contains(field.name) ? nil : blank).map { (field.name, $0) }
        }
    }

    /// Whether a dotted name is a field's or leads to some.
    static func isName(_ name: String) -> Bool {
        name == "variables" || name.hasPrefix("variables.")
            || fields.contains { $0.name == name || $0.name.hasPrefix(name + ".") }
    }

    /// Whether settings are put into a field's text.
    static func isFilled(_ name: String) -> Bool {
        name.hasPrefix("endpoints.") || name.hasPrefix("hosts.")
            || ["issuer", "probes.token", "account", "client_secret.link"].contains(name)
    }

    /// Every text of an entry that may hold a name in braces, with its field.
    static func texts(of entry: CatalogueEntry) -> [(field: String, text: String)] {
        let quiet = ["name", "notes", "sources", "unknown", "documentation"]
        return stated(entry).filter {
            !quiet.contains($0.name) && ($0.name == "client_secret.link" || !$0.name.hasPrefix("client_secret."))
        }.flatMap { field in
            scalars(of: field.node).map { (field.name, $0) }
        }
    }

    private static func scalars(of node: Node) -> [String] {
        switch node {
        case .scalar(let scalar): [scalar.string]
        case .sequence(let nodes): nodes.flatMap(scalars)
        case .mapping(let mapping): mapping.values.flatMap(scalars)
        case .alias: []
        }
    }
}

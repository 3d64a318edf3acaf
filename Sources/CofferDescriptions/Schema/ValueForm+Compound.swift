// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ValueForm {
    /// A list of up to 64 values of one form.
    static func list<Element>(_ form: ValueForm<Element>) -> Self where Value == [Element] {
        Self(
            wanted: "a list, each \(form.wanted)",
            parse: { node in
                guard let nodes = node.sequence, nodes.count <= 64 else { return nil }
                let values = nodes.compactMap(form.parse)
                return values.count == nodes.count ? values : nil
            }, emit: { Node($0.map(form.emit)) })
    }

    /// A table of texts by name.
    static func table() -> Self where Value == [String: String] {
        Self(
            wanted: "a table of texts",
            parse: { node in
                guard let mapping = node.mapping, mapping.count <= 64 else { return nil }
                var table: [String: String] = [:]
                for (name, value) in mapping {
                    guard let name = ValueForm<String>.text.parse(name), let text = ValueForm<String>.text.parse(value)
                    else { return nil }
                    table[name] = text
                }
                return table
            },
            emit: { table in Node(table.sorted { $0.key < $1.key }.map { (Node($0.key), Node($0.value)) }) })
    }

    /// A table with named members, each of its own form.
    static func members(
        _ names: [String], wanted: String, _ parse: @escaping @Sendable (Node.Mapping) -> Value?,
        emit: @escaping @Sendable (Value) -> [(String, Node)]
    ) -> Self {
        Self(
            wanted: wanted,
            parse: { node in
                guard let mapping = node.mapping, mapping.keys.allSatisfy({ names.contains($0.scalar?.string ?? "") })
                else { return nil }
                return parse(mapping)
            }, emit: { value in Node(emit(value).map { (Node($0.0), $0.1) }) })
    }
}

extension Node.Mapping {
    /// The member of a name, if it is of a form; `fallback` where there is none.
    func value<Value>(_ name: String, _ form: ValueForm<Value>, or fallback: Value) -> Value? {
        guard let node = self[name] else { return fallback }
        return form.parse(node)
    }
}

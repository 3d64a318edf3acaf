// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import Yams

/// Writes a provider's description as the YAML that ``DescriptionFile`` reads.
package enum DescriptionText {
    /// The whole text; reading it gives the same entry.
    ///
    /// - Throws: `YamlError` if there is no memory.
    package static func yaml(of entry: CatalogueEntry) throws -> String {
        var root: [(Node, Node)] = [(Node(Schema.versionField), Node(String(Schema.version)))]
        var sections: [String: Int] = [:]
        for (name, node) in Schema.stated(entry) {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                root.append((Node(name), node))
                continue
            }
            if let index = sections[parts[0]], case .mapping(var mapping) = root[index].1 {
                mapping[Node(parts[1])] = node
                root[index].1 = .mapping(mapping)
            } else {
                sections[parts[0]] = root.count
                root.append((Node(parts[0]), Node([(Node(parts[1]), node)])))
            }
        }
        if !entry.variables.isEmpty {
            let variables = Node(entry.variables.map { (Node($0.name), $0.node) })
            let place = root.firstIndex { $0.0 == Node("endpoints") } ?? root.count
            root.insert((Node("variables"), variables), at: place)
        }
        return try Yams.serialize(node: Node(root), width: 120, allowUnicode: true)
    }
}

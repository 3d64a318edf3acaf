// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ProviderVariable {
    /// Reads a variable of a description file; `nil` if it is none.
    init?(_ name: String, _ node: Node) {
        let isName =
            !name.isEmpty && name.utf8.count <= 32
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
        guard isName, name != "account", let mapping = node.mapping,
            mapping.keys.allSatisfy({ ["about", "default", "pattern"].contains($0.scalar?.string ?? "") }),
            let about = mapping["about"].flatMap(ValueForm<String>.text.parse),
            let fallback = mapping.value("default", ValueForm<String?>.optional(.text), or: nil),
            let pattern = mapping.value("pattern", .pattern, or: Self.defaultPattern)
        else { return nil }
        self.init(name, about: about, fallback: fallback, pattern: pattern)
    }

    /// The variable as a description file has it.
    var node: Node {
        var members = [(Node("about"), Node(about))]
        if let fallback { members.append((Node("default"), Node(fallback))) }
        if pattern != Self.defaultPattern {
            members.append((Node("pattern"), ValueForm<String>.pattern.emit(pattern)))
        }
        return Node(members)
    }
}

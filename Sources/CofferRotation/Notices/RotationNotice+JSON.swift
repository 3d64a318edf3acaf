// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RotationNotice: Encodable {
    private enum Name: String, CodingKey {
        case version, id, type, timestamp, data
    }

    private enum Member: String, CodingKey {
        case rotation, app, mode, state, taint, connections, link, left, unproven
        case toDo = "to_do"
        case leftCount = "left_count"
    }

    /// Writes it as docs/hooks.md shows it: `type`, `timestamp` and `data` as the Standard Webhooks specification has them
    /// ("Payload structure").
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(1, forKey: .version)
        try container.encode(id, forKey: .id)
        try container.encode("rotation.\(kind.rawValue)", forKey: .type)
        try container.encode(Timestamp.text(at), forKey: .timestamp)
        var data = container.nestedContainer(keyedBy: Member.self, forKey: .data)
        try data.encode(rotation, forKey: .rotation)
        try data.encode(app.description, forKey: .app)
        try data.encode(mode, forKey: .mode)
        try data.encode(state, forKey: .state)
        try data.encodeIfPresent(taint, forKey: .taint)
        try data.encode(connectionCount, forKey: .connections)
        try data.encode(toDo, forKey: .toDo)
        try data.encodeIfPresent(link, forKey: .link)
        guard kind == .closed else { return }
        try data.encode(left.map(\.description), forKey: .left)
        try data.encode(leftCount, forKey: .leftCount)
        try data.encodeIfPresent(isUnproven, forKey: .unproven)
    }

    /// The document, byte for byte the same each time: a signature is over bytes.
    package var document: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, numbers and lists of texts: nothing that can't be written.
        guard let text = try? encoder.encode(self) else { preconditionFailure("a notice can't be written") }
        return [UInt8](text)
    }
}

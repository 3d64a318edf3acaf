// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// Which methods a Bitrix24 batch calls: its inner calls count against their methods, the outer one against none.
enum BatchCommands {
    private struct Body: Decodable {
        let cmd: [String: String]

        private enum Key: CodingKey { case cmd }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            if let named = try? container.decode([String: String].self, forKey: .cmd) {
                cmd = named
            } else {
                let listed = try container.decode([String].self, forKey: .cmd)
                cmd = Dictionary(uniqueKeysWithValues: listed.enumerated().map { ("\($0)", $1) })
            }
        }
    }

    /// The method of each command by the command's name; empty for a body that is no JSON batch.
    static func methods(of request: APIRequest) -> [String: String] {
        guard case .bytes(let body) = request.content,
            let batch = try? JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
        else { return [:] }
        return batch.cmd.mapValues { String($0.prefix { $0 != "?" }).lowercased() }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOHTTP1

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

    /// The method of each command by the command's name; empty for a body that is no batch.
    static func methods(of request: APIRequest) -> [String: String] {
        guard case .bytes(let body) = request.content else { return [:] }
        let bytes = Data(body.readableBytesView)
        var commands: [String: String] = [:]
        if request.isForm {
            commands = form(String(decoding: bytes, as: UTF8.self))
        } else if let batch = try? JSONDecoder().decode(Body.self, from: bytes) {
            commands = batch.cmd
        }
        return commands.mapValues { String($0.prefix { $0 != "?" }).lowercased() }
    }

    /// The fields `cmd[name]` of a form; those of `cmd[]` are counted from 0, as PHP does, and of two with one name the last
    /// counts.
    private static func form(_ text: String) -> [String: String] {
        var commands: [String: String] = [:]
        var count = 0
        for field in text.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { plain($0) }
            guard parts.count == 2, let name = parts[0], let command = parts[1], name.hasPrefix("cmd["),
                name.hasSuffix("]")
            else { continue }
            let key = String(name.dropFirst(4).dropLast())
            commands[key.isEmpty ? "\(count)" : key] = command
            if key.isEmpty {
                count += 1
            } else if let number = Int(key), number >= count, number < Int.max {
                count = number + 1
            }
        }
        return commands
    }

    /// Undoes the encoding of a form; nil for what is none.
    private static func plain(_ text: Substring) -> String? {
        String(text.map { $0 == "+" ? " " : $0 }).removingPercentEncoding
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The few forms of text that the server reads and writes.
enum Form {
    static func read(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(unescaped) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
    }

    static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    static func base64url(_ text: String) -> String { urlSafe(base64(text)) }

    static func urlSafe(_ base64: String) -> String {
        base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func unescaped(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? ""
    }
}

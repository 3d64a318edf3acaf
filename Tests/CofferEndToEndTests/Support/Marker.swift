// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A secret that is looked for, in the forms that a careless program would write it in.
struct Marker: Sendable {
    /// What it is, for a person.
    let name: String
    private let forms: [Data]

    /// Makes a marker of a text.
    init(_ name: String, _ text: String) {
        self.name = name
        let bytes = Data(text.utf8)
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        // In the middle of other bytes base64 has three forms; the ends depend on what stands beside it.
        let encoded = (0..<3).map { shift in
            let text = (Data(repeating: 0, count: shift) + bytes).base64EncodedString()
            return String(text.dropFirst(shift == 0 ? 0 : 4).dropLast(4))
        }
        let safe = encoded.map { $0.replacing("+", with: "-").replacing("/", with: "_") }
        let percent = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
        forms = ([text, String(text.reversed()), hex, hex.uppercased(), percent] + encoded + safe)
            .filter { $0.count >= 8 }.map { Data($0.utf8) }
    }

    /// Whether it is in these bytes, in any form.
    func isIn(_ bytes: some Sequence<UInt8>) -> Bool {
        let data = Data(bytes)
        return forms.contains { data.range(of: $0) != nil }
    }
}

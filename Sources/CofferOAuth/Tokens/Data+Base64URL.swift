// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension Data {
    /// Reads base64url without padding (RFC 7515 §2); `nil` if the text is none.
    ///
    /// The characters of plain base64 are taken as well: whoever must have one form only looks for them before.
    init?(base64URL text: some StringProtocol) {
        let base64 = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        self.init(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4))
    }
}

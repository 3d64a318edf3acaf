// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// One finding of a scanner: what it found, and where.
package struct LeakFinding: Sendable {
    /// What is looked up, what the scanner calls the secret first; empty if it kept that to itself.
    package let strings: [Secret]
    /// How many of those, from the first, are secrets whoever they belong to; what is behind them has other text around one.
    let secretCount: Int
    /// Whether the scanner left out the secret, or a part of it.
    package let isRedacted: Bool
    /// Where it was found, as the scanner says.
    let place: ReportedPlace

    /// The secrets.
    var secrets: ArraySlice<Secret> { strings.prefix(secretCount) }

    /// Takes what is there; what is there twice counts once.
    init(secrets: [Secret?], around: [Secret?] = [], isRedacted: Bool = false, place: ReportedPlace) {
        var strings: [Secret] = []
        for secret in secrets.compactMap(\.self) where !strings.contains(secret) { strings.append(secret) }
        secretCount = strings.count
        for text in around.compactMap(\.self) where !strings.contains(text) { strings.append(text) }
        self.strings = strings
        self.isRedacted = isRedacted || strings.isEmpty
        self.place = place
    }

    /// Whether a text is what scanners write in a secret's place.
    ///
    /// gitleaks writes `REDACTED`, or with `--redact=20` the beginning and three full stops (`Redact` in its report/finding.go);
    /// others write asterisks.
    static func isMask(_ text: Secret) -> Bool {
        text.withExposedBytes { bytes in
            if bytes.elementsEqual("REDACTED".utf8) || bytes.suffix(3).elementsEqual("...".utf8) { return true }
            let mask = UInt8(ascii: "*")
            return bytes.indices.dropLast(2).contains { bytes[$0..<($0 + 3)].allSatisfy { $0 == mask } }
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// Reads one finding by its format; what is of another type than the format says is an error that names the finding.
struct FindingReader {
    /// The longest text that is looked at, in bytes: 64 KiB, as at a prompt.
    static let longestText = 1 << 16

    private let value: JSONValue
    private let position: String

    /// Takes a finding, and what it is called in an error.
    init(_ value: JSONValue, at position: String) {
        self.value = value
        self.position = position
    }

    /// Reads.
    ///
    /// - Throws: ``KeeperError`` `invalid`; nothing of what the finding says is in it.
    func finding(_ format: LeakReportFormat) throws(KeeperError) -> LeakFinding {
        guard format.fits(value) else {
            throw KeeperError(.invalid, "\(position) of the report is no finding of \(format.displayName)")
        }
        switch format {
        case .gitleaks: return try gitleaks()
        case .trufflehog: return try trufflehog()
        case .github: return try github()
        }
    }

    /// What a rule matched may be more of a secret than what it captured: a webhook's whole address.
    private func gitleaks() throws(KeeperError) -> LeakFinding {
        let secret = try text("Secret")
        let match = try text("Match", orLonger: true)
        var place = ReportedPlace(
            file: try text("File"), line: try integer("StartLine"), commit: try text("Commit"), rule: try text("RuleID")
        )
        place.url = try text("Link")
        return LeakFinding(
            secrets: [secret], around: [match], isRedacted: secret.map(LeakFinding.isMask) ?? true, place: place)
    }

    /// `RawV2` is an id and its secret, with or without a colon between them; `Raw` is one of the two.
    private func trufflehog() throws(KeeperError) -> LeakFinding {
        let (raw, both) = (try text("Raw"), try text("RawV2"))
        var place = ReportedPlace(rule: try text("DetectorName"))
        // {"Data":{"Git":{"file":…}}}: one member, named after the kind of source.
        if case .object(let sources)? = value["SourceMetadata"]?["Data"], let source = sources.first?.value {
            let inside = FindingReader(source, at: position)
            place.file = try inside.text(of: ["file", "filename", "path"])
            place.line = try inside.integer("line")
            place.commit = try inside.text("commit")
            place.url = try inside.text(of: ["link", "repository"])
        }
        let rest = Self.rest(of: both, without: raw)
        return LeakFinding(
            secrets: [raw, both, rest], isRedacted: (raw ?? both).map(LeakFinding.isMask) ?? true, place: place)
    }

    private func github() throws(KeeperError) -> LeakFinding {
        let token = try text(of: ["token", "secret"])
        let place = ReportedPlace(
            url: try text(of: ["url", "html_url"]), rule: try text(of: ["type", "secret_type"]))
        return LeakFinding(secrets: [token], isRedacted: token.map(LeakFinding.isMask) ?? true, place: place)
    }

    // MARK: - Members

    /// A text; nil if it is absent, null or empty, or, with `orLonger`, longer than anybody looks up.
    private func text(_ name: String, orLonger isIgnored: Bool = false) throws(KeeperError) -> Secret? {
        guard let member = value[name] else { return nil }
        guard case .text(let text) = member else {
            throw KeeperError(.invalid, "\(position) of the report is wrong: its \(name) is no text")
        }
        guard text.byteCount <= Self.longestText else {
            if isIgnored { return nil }
            throw KeeperError(.invalid, "\(position) of the report is wrong: its \(name) has more than 64 KiB")
        }
        return text.isEmpty ? nil : text
    }

    /// The first of some texts that is there.
    private func text(of names: [String]) throws(KeeperError) -> Secret? {
        for name in names {
            if let text = try text(name) { return text }
        }
        return nil
    }

    private func integer(_ name: String) throws(KeeperError) -> Int? {
        guard let member = value[name] else { return nil }
        guard case .number(let digits) = member, let number = Int(digits) else {
            throw KeeperError(.invalid, "\(position) of the report is wrong: its \(name) is no whole number")
        }
        return number
    }

    /// What is left of one text after another was taken from its beginning or its end, and the colon between them.
    private static func rest(of whole: Secret?, without part: Secret?) -> Secret? {
        guard let whole, let part, whole.byteCount > part.byteCount else { return nil }
        let colon = UInt8(ascii: ":")
        return whole.withExposedBytes { whole in
            part.withExposedBytes { part in
                var rest: Slice<UnsafeRawBufferPointer>
                if whole.starts(with: part) {
                    rest = whole.dropFirst(part.count)
                    if rest.first == colon { rest = rest.dropFirst() }
                } else if whole.suffix(part.count).elementsEqual(part) {
                    rest = whole.dropLast(part.count)
                    if rest.last == colon { rest = rest.dropLast() }
                } else {
                    return nil
                }
                return rest.isEmpty ? nil : Secret(bytes: UnsafeRawBufferPointer(rebasing: rest))
            }
        }
    }
}

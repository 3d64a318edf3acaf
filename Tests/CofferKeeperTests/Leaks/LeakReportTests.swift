// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferKeeper

/// What the reports of scanners are read as; their members are those of the vendors' sources and pages, the values are made up.
@Suite struct `A report of a scanner` {
    private static func read(_ text: String, _ format: LeakReportFormat? = nil) throws -> LeakReport {
        try LeakReport(Secret(text), format: format)
    }

    private static func strings(_ report: LeakReport) -> [[String]] {
        report.findings.map { $0.strings.map { $0.withExposedText { String($0) } } }
    }

    private static let gitleaks = """
        [
         {"RuleID": "generic-api-key", "Description": "", "StartLine": 12, "EndLine": 12, "StartColumn": 1, "EndColumn": 9,
          "Match": "key = \\"made-up-1\\"", "Secret": "made-up-1", "File": "config/settings.py", "SymlinkFile": "",
          "Commit": "0123456789abcdef0123456789abcdef01234567", "Entropy": 3.5, "Author": "A", "Email": "a@example.com",
          "Date": "2026-01-01T00:00:00Z", "Message": "m", "Tags": [], "Fingerprint": "x",
          "Link": "https://me:made-up-pass@example.com/a/b?token=made-up-2#L12"}
        ]
        """

    @Test func `of gitleaks is what it captured and matched, with file, line, commit and link`() throws {
        let report = try Self.read(Self.gitleaks)
        #expect(report.format == .gitleaks)
        #expect(Self.strings(report) == [["made-up-1", #"key = "made-up-1""#]])
        let place = FoundPlace(try #require(report.findings.first).place)
        #expect(place.file == "config/settings.py" && place.line == 12 && place.rule == "generic-api-key")
        #expect(place.commit == "0123456789abcdef0123456789abcdef01234567")
        #expect(place.url == "https://example.com/a/b", "neither a user, a password nor a query is shown")
    }

    @Test func `of TruffleHog is a line each, an id and its secret also apart`() throws {
        let report = try Self.read(
            """
            {"SourceMetadata":{"Data":{"Git":{"commit":"abc","file":"a b.env","email":"x","repository":"git@example.com:o/r.git","line":4}}},"SourceID":1,"DetectorName":"Box","Verified":false,"Raw":"made-up-id","RawV2":"made-up-id:made-up-secret","Redacted":""}
            {"level":"info-0","ts":"2026-01-01T00:00:00Z","logger":"trufflehog","msg":"finished scanning"}

            {"SourceMetadata":{"Data":{"S3":{"bucket":"b","file":"k","link":"https://b.example.com/k"}}},"DetectorName":"Other","Raw":"made-up-3","RawV2":""}
            {"SourceMetadata":null,"DetectorName":"Two","Raw":"made-up-4","RawV2":"idmade-up-4","ExtraData":null}

            """)
        #expect(report.format == .trufflehog)
        #expect(
            Self.strings(report) == [
                ["made-up-id", "made-up-id:made-up-secret", "made-up-secret"], ["made-up-3"],
                ["made-up-4", "idmade-up-4", "id"],
            ])
        let places = report.findings.map { FoundPlace($0.place) }
        #expect(places[0].file == "a b.env" && places[0].line == 4 && places[0].commit == "abc")
        #expect(places[0].url == "example.com:o/r.git" && places[0].rule == "Box")
        #expect(places[1].url == "https://b.example.com/k" && places[2].file == nil)
    }

    @Test func `of GitHub is its tokens, as partners are told and as its API lists them`() throws {
        let alert =
            #"[{"token":"made-up-5","type":"made_up_token","url":"https://github.com/o/r/blob/c/f#L3-L4","source":"content"}]"#
        let report = try Self.read(alert)
        #expect(report.format == .github && Self.strings(report) == [["made-up-5"]])
        let place = FoundPlace(try #require(report.findings.first).place)
        #expect(place.url == "https://github.com/o/r/blob/c/f#L3-L4" && place.rule == "made_up_token")
        let listed = try Self.read(
            #"[{"number":2,"state":"open","secret_type":"made_up","secret":"made-up-6","html_url":"https://github.com/o/r/security/secret-scanning/2"},{"secret_type":"made_up"}]"#
        )
        #expect(listed.format == .github && Self.strings(listed) == [["made-up-6"], []])
        #expect(listed.findings.map(\.isRedacted) == [false, true], "with hide_secret there is none")
    }

    @Test func `of GitHub may be a single alert over several lines, or several of them`() throws {
        let alert = """
              {
                "number": 2,
                "secret_type": "made_up",
                "secret": "made-up-7 {[\\"",
                "repository": {"name": "r", "topics": ["a",
                  "b"]},
                "html_url": "https://github.com/o/r/security/secret-scanning/2"
              }
            """
        for text in [alert, "\u{FEFF}\n\r\n\(alert)\r\n", alert.replacing("\n", with: "\r\n")] {
            let report = try Self.read(text)
            #expect(report.format == .github && Self.strings(report) == [[#"made-up-7 {[""#]])
        }
        let several = try Self.read("\(alert)\n\(alert)\n\n" + #"{"secret_type":"b","secret":"made-up-8"}"#)
        #expect(Self.strings(several) == [[#"made-up-7 {[""#], [#"made-up-7 {[""#], ["made-up-8"]])
        // Eight lines, and then one that is none.
        let wrong = [
            ("\(alert)\nMARKER", "line 9"), ("\(alert) MARKER", "line 1"), ("{\n\"a\": 1\n", "line 1"),
        ]
        for (text, line) in wrong {
            let error = try #require(throws: KeeperError.self) { try Self.read(text) }
            #expect(error.code == .invalid && error.message.contains(line), "\(error.message)")
        }
    }

    @Test(arguments: ["REDACTED", "made-up...", "...", "ghp_****", "made***up", ""])
    func `that was redacted says nothing of the secret`(_ secret: String) throws {
        let report = try Self.read(
            #"[{"RuleID":"r","Secret":"\#(secret)","Match":""},{"RuleID":"r","Secret":"made-up"}]"#)
        #expect(report.findings.map(\.isRedacted) == [true, false])
    }

    @Test func `without findings is empty, of whomever it is`() throws {
        #expect(try Self.read("[]").format == nil)
        #expect(try Self.read("\u{FEFF} [ ] \n", .gitleaks).findings.isEmpty)
        #expect(try Self.read("", .trufflehog).findings.isEmpty)
        #expect(throws: KeeperError(.usage, "")) { try Self.read(" \n") }
    }

    private static let wrong: [(String, String)] = [
        ("[", "breaks off after finding 0"), (#"[{"Secret":"MARKER""#, "breaks off after finding 0"),
        (#"[{"Secret":"MARKER"}"#, "breaks off after finding 1"),
        (#"[{"Secret":"MARKER"} {"Secret":"b"}]"#, "followed"),
        (#"[{"Secret":"MARKER"}] x"#, "something follows"), (#"[{"Secret":"MARKER"}}]"#, "followed"),
        (#"[{"Secret":"a"},]"#, "finding 2"), (#"["MARKER"]"#, "finding 1"), (#"[{"Secret":"a"},null]"#, "finding 2"),
        (#"[{"Secret":"a"},{"Secret":["MARKER"]}]"#, "finding 2 of the report is wrong: its Secret is no text"),
        (#"[{"Secret":"a","File":7}]"#, "its File is no text"),
        (#"[{"Secret":"a","StartLine":"MARKER"}]"#, "its StartLine is no whole number"),
        (#"[{"Secret":"a","StartLine":1e99}]"#, "its StartLine is no whole number"),
        (#"[{"Secret":"a"},{"token":"MARKER"}]"#, "finding 2 of the report is no finding of gitleaks"),
        (#"[{"MARKER":"MARKER"}]"#, "no report that Coffer knows"), (#"{"MARKER":1}"#, "no report that Coffer knows"),
        ("MARKER", "line 1"), ("{\"Raw\":\"a\"}\n{\"Raw\":\"MARKER\n\"}", "line 2"),
        ("{\"Raw\":\"a\"}{\"Raw\":\"MARKER\"}", "line 1"), ("[{\"Secret\":\"MAR\\uD800KER\"}]", "finding 1"),
        ("[" + String(repeating: "[", count: 100_000), "breaks off"),
        ("[{\"Secret\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}]", "finding 1"),
    ]

    @Test(arguments: wrong) func `that is none is refused in one sentence that repeats nothing of it`(
        _ text: String, _ part: String
    ) throws {
        let error = try #require(throws: KeeperError.self) { try Self.read(text) }
        #expect(error.code == .invalid && error.message.contains(part), "\(error.message)")
        #expect(!error.message.contains("MARKER") && error.message.count < 200)
    }

    @Test func `is bounded in its texts, its findings and their number`() throws {
        let long = String(repeating: "x", count: FindingReader.longestText)
        #expect(try Self.read(#"[{"Secret":"\#(long)"}]"#).findings.count == 1)
        let error = try #require(throws: KeeperError.self) { try Self.read(#"[{"Secret":"\#(long)x"}]"#) }
        #expect(error.message.contains("finding 1 of the report is wrong: its Secret has more than 64 KiB"))
        // A minified script is matched as a whole; its secret is looked up all the same.
        #expect(try Self.read(#"[{"Secret":"a","Match":"\#(long)x"}]"#).findings.first?.strings.count == 1)
        let huge = String(repeating: "x", count: ReportElements.longestElement)
        for text in [#"[{"Secret":"a"},{"Message":"\#(huge)"}]"#, "{\"Raw\":\"a\"}\n{\"Raw\":\"\(huge)\"}"] {
            let error = try #require(throws: KeeperError.self) { try Self.read(text) }
            #expect(error.message.contains(" 2 has more than 1 MiB"), "\(error.message)")
        }
        let finding = #"{"Secret":"a"}"#
        let many = "[" + String(repeating: finding + ",", count: LeakReport.mostFindings - 1) + finding
        #expect(try Self.read(many + "]").findings.count == LeakReport.mostFindings)
        let tooMany = try #require(throws: KeeperError.self) { try Self.read(many + ",\(finding)]") }
        #expect(tooMany.message.contains("more than 100000 findings"))
    }

    @Test func `breaks off at any byte without an end other than an error`() throws {
        let bytes = Array(Self.gitleaks.utf8)
        for count in 1..<bytes.count {
            #expect(throws: KeeperError.self) { try LeakReport(Secret(bytes: bytes[..<count])) }
        }
    }

    @Test func `shows places without what steers a terminal, and no secret in them`() throws {
        let report = try Self.read(
            #"[{"Secret":"made-up-first-secret","File":"a\u001b[31m/\u202eb\n"},{"Secret":"made-up-other","File":"x/made-up-first-secret.py","RuleID":"made-up-other"},{"Secret":"\#(String(repeating: "ab", count: 40))","Commit":"\#(String(repeating: "ab", count: 20))","File":"\#(String(repeating: "long/", count: 200))"}]"#
        )
        let places = report.findings.map { FoundPlace($0.place) }
        let echoes = EchoSearch(for: report.findings.flatMap(\.secrets), in: places.flatMap(\.texts))
        let shown = places.map { $0.mapped(echoes.masked) }
        #expect(shown[0].file == "a [31m/ b" && shown[1].file == "…" && shown[1].rule == "…")
        #expect(shown[2].commit == "…", "32 bytes of a longer secret are an echo of it")
        #expect(shown[2].file?.count == 301)
    }

    @Test func `gives each string once, with the findings that have it`() throws {
        let report = try Self.read(#"[{"Secret":"a1"},{"Secret":"b1","Match":"a1"},{"Secret":"a1"}]"#)
        let united = UnitedStrings(report.findings)
        #expect(united.strings == [Secret("a1"), Secret("b1")] && united.ofFindings == [[0], [1, 0], [0]])
    }
}

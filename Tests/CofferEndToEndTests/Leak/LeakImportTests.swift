// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A scanner's report, from the file to the tokens that are dead afterwards.
@Suite(.timeLimit(.minutes(4))) struct `What leak import makes of a report, with the real program` {
    private static let stranger = "made-up-stranger-0123456789"

    /// One finding of gitleaks.
    private static func finding(_ secret: String, in file: String, rule: String = "generic-api-key") -> [String: Any] {
        [
            "RuleID": rule, "Secret": secret, "Match": "key = \"\(secret)\"", "File": file, "StartLine": 12,
            "Commit": "0123456789abcdef0123456789abcdef01234567", "Description": "", "Tags": [String](),
        ]
    }

    private static func json(_ value: Any) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: value))
    }

    /// Runs the command, and holds it to never repeating what was found.
    private static func take(
        _ report: [UInt8], _ more: String..., hiding secrets: [String] = [], by program: Program
    ) async throws -> Finished {
        let end = try await program.run(["leak", "import"] + more, input: .bytes(report))
        for secret in secrets + [stranger] {
            #expect(!(end.text + end.errors).contains(secret), "\(end.text)\(end.errors)")
        }
        return end
    }

    private static func names(_ end: Finished, _ list: String, _ name: String) -> [String] {
        (end.json[list] as? [[String: Any]])?.compactMap { $0[name] as? String } ?? []
    }

    @Test func `with a client_secret and a token of the same app proposes one rotation, and begins it after a yes`()
        async throws
    {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let secrets = [world.sandbox.integration.clientSecret, try await world.token("acme")]
            let report = try Self.json([
                Self.finding(secrets[1], in: "app/tokens.py"), Self.finding(Self.stranger, in: "other.py"),
                Self.finding(secrets[0], in: "config/\u{1B}[31msettings.py"), Self.finding("REDACTED", in: "hidden.py"),
                Self.finding(secrets[0], in: "\(Self.stranger)/again.py"),
            ])
            let file = try world.program.home.write(report, to: "report.json")
            let before = try await world.contents()
            let shown = try await world.program.run("leak", "import", file)
            #expect(shown.status == .exited(85), "\(shown.errors)")
            for part in [
                "findings  5", "ours      3", "not ours  1", "redacted  1", "the access_token of main/crm/acme",
                "app/tokens.py:12", "commit 0123456789abcdef", "(generic-api-key)", "the client_secret of main/crm",
                "config/ [31msettings.py", "1. replace the client_secret of main/crm",
                "hold: old tokens are not handed out",
            ] {
                #expect(shown.text.contains(part), "\(part): \(shown.text)")
            }
            #expect(!shown.text.contains("2. ") && !shown.text.contains("other.py"), "\(shown.text)")
            #expect(shown.errors.contains("1 of the findings lacks the secret") && shown.errors.contains("--yes"))
            for secret in secrets + [Self.stranger] { #expect(!(shown.text + shown.errors).contains(secret)) }
            #expect(try await world.contents() == before)

            let planned = try await Self.take(report, "--dry-run", "--json", hiding: secrets, by: world.program)
            #expect(planned.status == .exited(85) && Self.names(planned, "steps", "action") == ["rotate"])
            #expect(planned.json["format"] as? String == "gitleaks" && planned.json["findings"] as? Int == 5)
            #expect(planned.json["unknown"] as? Int == 1 && planned.json["redacted"] as? Int == 1)
            #expect(Self.names(planned, "ours", "field") == ["access_token", "client_secret"])
            #expect(planned.json["signature"] as? String == "absent")

            let begun = try await Self.take(report, "--yes", hiding: secrets, by: world.program)
            #expect(begun.status == .exited(82) && begun.text.contains("WHAT TO DO"), "\(begun.errors)\(begun.text)")
            #expect(try await world.succeed("rotate", "list", "--quiet").text.split(separator: "\n").count == 1)
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            try await world.program.run("rotate", "resume", input: .text(new))
            #expect(try await world.accountStatus("acme", token: secrets[1]) == 401)
        }
    }

    @Test func `of TruffleHog gets each connection new tokens once, and asks about those that are past`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let past = try await world.token("acme")
            try await world.succeed("refresh", "--force", "main/crm/acme")
            let (present, other) = (try await world.token("acme"), try await world.token("birch"))
            let refresh = try await world.field("main/crm/acme#refresh_token")
            let found = [(past, ""), ("id", "id:" + present), (refresh, ""), (Self.stranger, "")]
            let report = found.map { raw, both in
                let place = #"{"Git":{"file":"a.env","line":3,"repository":"https://x:made-up-p@example.com/r"}}"#
                return #"{"SourceMetadata":{"Data":\#(place)},"DetectorName":"D","Raw":"\#(raw)","RawV2":"\#(both)"}"#
            }.joined(separator: "\n")
            world.sandbox.log.clear()
            let done = try await Self.take(
                Array(report.utf8), "--yes", "--json", hiding: [past, present, refresh, "made-up-p"], by: world.program)
            #expect(done.status == .exited(0), "\(done.text)\(done.errors)")
            #expect(Self.names(done, "steps", "action") == ["reissue", "ask"], "\(done.text)")
            #expect(Self.names(done, "results", "outcome") == ["reissued", "dead"], "\(done.text)")
            #expect(done.text.contains("https://example.com/r") && done.json["unknown"] as? Int == 1)
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await world.accountStatus("acme", token: present) == 401)
            #expect(try await world.token("birch") == other)
        }
    }

    @Test func `in which nothing is ours ends with 0, and with 83 where something could not be looked up`() async throws
    {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            for report in [try Self.json([Self.finding(Self.stranger, in: "a")]), Array("[]".utf8)] {
                let end = try await Self.take(report, "--yes", by: program)
                #expect(end.status == .exited(0) && end.errors.isEmpty, "\(end.errors)")
            }
            let masked = try await Self.take(try Self.json([Self.finding("made-...", in: "a")]), by: program)
            #expect(masked.status == .exited(83) && masked.errors.contains("without redaction"), "\(masked.errors)")
            #expect(!masked.text.contains("nothing has to be replaced"))
        }
    }

    @Test func `with a static secret rotates that, with a person's help`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/npm", input: .text("made-up-value-of-npm\n"))
            let report = try Self.json([Self.finding("made-up-value-of-npm", in: "made-up-value-of-npm.txt")])
            let plan = try await Self.take(report, "--dry-run", hiding: ["made-up-value-of-npm"], by: program)
            #expect(plan.status == .exited(85), "\(plan.errors)")
            #expect(plan.text.contains("replace the static secret main/npm"), "\(plan.text)")
            #expect(plan.text.contains("…:12"), "a file named after the secret is not shown: \(plan.text)")
            #expect(try await program.run("rotate", "list", "--quiet").text.isEmpty)
            let begun = try await Self.take(report, "--yes", hiding: ["made-up-value-of-npm"], by: program)
            #expect(begun.status == .exited(82) && begun.text.contains("WHAT TO DO"), "\(begun.text)\(begun.errors)")
            try await TwoHomes.with(owner: program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                try await homes.guest.run("leak", "import", input: .bytes(report)).expectRefusal(77)
            }
            // An older event that is gone may have stored what is not known now.
            try await program.run("put", "main/late", input: .text("made-up-late"))
            try home.tamper("DELETE FROM audit WHERE sequence = 2")
            let both = try Self.json([Self.finding(Self.stranger, in: "a"), Self.finding("made-up-late", in: "b")])
            let broken = try await Self.take(both, "--json", by: program)
            #expect(broken.status == .exited(65) && broken.json["broken"] as? Bool == true, "\(broken.text)")
            #expect(Self.names(broken, "ours", "path") == ["main/late"], "\(broken.text)")
        }
    }

    @Test func `that can't be read is refused in one sentence, before the vault is opened`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            let before = home.files()
            for (report, code, text) in [
                ("", 64, "the report is empty"), ("\(Self.stranger)", 65, "line 1"),
                (#"[{"Secret":"a"},{"Secret":["\#(Self.stranger)"]}]"#, 65, "finding 2"),
                (#"[{"Secret":"\#(Self.stranger)"}"#, 65, "breaks off"), ("{}", 65, "no report that Coffer knows"),
            ] as [(String, Int32, String)] {
                let end = try await Self.take(Array(report.utf8), "--yes", by: program)
                end.expectRefusal(code, saying: text)
            }
            try await program.run("leak", "import", "none.json").expectRefusal(66)
            try await program.run("leak", "import", home.path).expectRefusal(74)
            try await program.run("leak", "import", "--format", "none").expectUsage("--format")
            try await program.run("leak", "import", "--yes", "--dry-run").expectUsage("exclude each other")
            #expect(home.files() == before)
        }
    }
}

extension Finished {
    /// Expects 64, and that the command line is said to be wrong.
    fileprivate func expectUsage(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(status == .exited(64) && output.isEmpty, "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.contains(text), "\(errors)", sourceLocation: sourceLocation)
    }
}

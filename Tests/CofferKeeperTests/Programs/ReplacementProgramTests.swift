// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A program that replaces a client_secret` {
    static let old = "made-up-old-secret"
    static let new = "made-up-new-secret"
    static let refused = "made-up-refused-secret"
    static let rotation = RotationID(random: 0x0123_4567_89ab_cdef)

    static let registration = ClientRegistration(
        provider: ProviderDescription(
            id: "example", displayName: "Example", issuer: "https://provider.example",
            endpoints: Endpoints(
                authorization: EndpointTemplate("https://provider.example/authorize"),
                token: EndpointTemplate("https://provider.example/token")),
            domains: ["provider.example"], clientAuthentication: .basicFormEncoded,
            secretReplacement: .operator(
                OperatorInstructions(title: "t", steps: ["click"], secretPattern: "made-up-[a-z-]+"))),
        clientID: "id-1", clientSecret: Secret(old))

    /// What prints a new secret.
    static let made = #"printf '{"version":1,"result":"made","client_secret":"%s"}' "# + new

    static func order(mayHaveBeenSent: Bool = false) -> ReplacementOrder {
        ReplacementOrder(
            registration: registration, refused: Secret(refused), mayHaveBeenSent: mayHaveBeenSent, attempt: 2,
            rotation: rotation)
    }

    /// Runs a body with the driver of a script, and what it told a person.
    static func with<Result: Sendable>(
        _ script: String, arguments: [String] = [], deadline: Int = 30, environment: [String: String] = [:],
        _ body: (CommandDriver, RecordedLines, String) async throws -> Result
    ) async throws -> Result {
        try await Script.with(script) { path in
            let program = ReplacementProgram(
                ProgramSetting(
                    vault: "v", app: "main/crm", clientID: "id-1", command: [path] + arguments,
                    deadlineSeconds: deadline, keepsTwo: true),
                environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 })
            let lines = RecordedLines()
            let log = lines.log
            let driver = CommandDriver(
                program, fallback: DriverTable.person(for: registration), tell: { log.notice($0) })
            return try await body(driver, lines, path)
        }
    }

    static func json(_ path: String) throws -> [String: Any] {
        let data = try #require(FileManager.default.contents(atPath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func `gets one document and answers with one`() async throws {
        try await Self.with("cat >\"$0.got\"\n\(Self.made)") { driver, _, path in
            let answer = try await driver.replaceSecret(Self.order()) { _ in }
            #expect(
                answer == .replaced(Secret(Self.new), evidence: "the program script gave a new client_secret"))
            let got = try Self.json("\(path).got")
            #expect(
                Set(got.keys) == [
                    "version", "operation", "subject", "app", "provider", "issuer", "client_id", "rotation", "attempt",
                    "may_have_been_sent", "client_secret", "unwanted_secrets",
                ])
            #expect(got["version"] as? Int == 1)
            #expect(got["operation"] as? String == "replace")
            #expect(got["subject"] as? String == "client_secret")
            #expect(got["app"] as? String == "main/crm")
            #expect(got["provider"] as? String == "example")
            #expect(got["issuer"] as? String == "https://provider.example")
            #expect(got["client_id"] as? String == "id-1")
            #expect(got["rotation"] as? String == "r-0123456789abcdef")
            #expect(got["attempt"] as? Int == 2)
            #expect(got["may_have_been_sent"] as? Bool == false)
            #expect(got["client_secret"] as? String == Self.old)
            #expect(got["unwanted_secrets"] as? [String] == [Self.refused])
        }
    }

    @Test func `finds no secret but on its standard input`() async throws {
        let script = """
            env >"$0.env"; printf '%s\\n' "$0" "$@" >"$0.args"; tr '\\0' '\\n' </proc/$$/environ >>"$0.env" || true
            pwd >"$0.pwd"; \(Self.made)
            """
        let environment = ["HOME": "/people/ada", "COFFER_IDENTITY": "x", "LD_PRELOAD": "x", "API_TOKEN": "x"]
        try await Self.with(script, arguments: ["--realm", "$HOME; id"], environment: environment) { driver, _, path in
            _ = try await driver.replaceSecret(Self.order()) { _ in }
            let variables = try String(contentsOfFile: "\(path).env", encoding: .utf8).split(separator: "\n")
            let names = Set(variables.compactMap { $0.split(separator: "=").first.map(String.init) })
            #expect(names.subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == ["HOME", "PATH"])
            #expect(try String(contentsOfFile: "\(path).args", encoding: .utf8) == "\(path)\n--realm\n$HOME; id\n")
            #expect(try String(contentsOfFile: "\(path).pwd", encoding: .utf8) == "/\n")
        }
    }

    @Test func `is asked what became of a lost request, and only then asked again`() async throws {
        let held = #"{"version":1,"result":"held","client_secret":"%s"}"#
        for (looked, operations) in [
            (#"{"version":1,"result":"absent"}"#, ["inspect", "replace"]),
            (held.replacing("%s", with: Self.new), ["inspect"]),
            // What a provider shows that has made none since.
            (held.replacing("%s", with: Self.old), ["inspect", "replace"]),
            (held.replacing("%s", with: Self.refused), ["inspect", "replace"]),
        ] {
            let script = """
                cat >>"$0.got"; echo >>"$0.got"
                if tail -1 "$0.got" | grep -q '"operation":"inspect"'; then printf '%s' '\(looked)'; else \(Self.made); fi
                """
            try await Self.with(script) { driver, _, path in
                let answer = try await driver.replaceSecret(Self.order(mayHaveBeenSent: true)) { _ in }
                guard case .replaced(let secret, _) = answer else {
                    Issue.record("\(answer)")
                    return
                }
                #expect(secret == Secret(Self.new))
                let got = try String(contentsOfFile: "\(path).got", encoding: .utf8).split(separator: "\n")
                #expect(got.count == operations.count)
                for (line, operation) in zip(got, operations) {
                    #expect(line.contains(#""operation":"\#(operation)""#), "\(looked)")
                    #expect(line.contains("r-0123456789abcdef"))
                }
            }
        }
    }

    @Test func `may leave it to a person`() async throws {
        try await Self.with(#"printf '{"version":1,"result":"operator"}'"#) { driver, _, _ in
            for order in [Self.order(), Self.order(mayHaveBeenSent: true)] {
                guard case .needsOperator(let request) = try await driver.replaceSecret(order, keep: { _ in }) else {
                    Issue.record("a secret from nowhere")
                    return
                }
                #expect(request.steps.first?.contains("the program script says that a person must do it") == true)
                #expect(request.steps.contains("click"))
            }
        }
    }

    @Test func `adds a second secret and removes the first`() async throws {
        let script = """
            cat >"$0.got"
            if grep -q '"operation":"remove"' "$0.got"; then printf '{"version":1,"result":"removed"}'; else \(Self.made); fi
            """
        try await Self.with(script) { driver, _, path in
            #expect(driver.overlaps(Self.registration))
            guard case .replaced = try await driver.addSecret(Self.order(), keep: { _ in }) else {
                Issue.record("no secret")
                return
            }
            #expect(try Self.json("\(path).got")["operation"] as? String == "add")
            var switched = Self.registration
            switched.clientSecret = Secret(Self.new)
            let removal = RemovalOrder(registration: switched, old: Secret(Self.old), rotation: Self.rotation)
            #expect(
                try await driver.removeSecret(removal)
                    == .removed(evidence: "the program script removed the old client_secret"))
            let got = try Self.json("\(path).got")
            #expect(got["client_secret"] as? String == Self.new)
            #expect(got["old_secret"] as? String == Self.old)
        }
    }

    @Test func `is heard, but for its secrets`() async throws {
        let script = """
            echo asking >&2; printf 'a \\033[31mred\\tword\\n' >&2; cat >&2; echo >&2
            echo "set -x: \(Self.new)" >&2; \(Self.made)
            """
        try await Self.with(script) { driver, lines, _ in
            _ = try await driver.replaceSecret(Self.order()) { _ in }
            let left = "script: (a line is left out that held a secret)"
            #expect(lines.all == ["script: asking", "script: a [31mred word", left, left])
        }
    }

    @Test(arguments: [
        ("echo sorry", "not one JSON object"), ("echo '[]'", "not one JSON object"), ("true", "not one JSON object"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-n'"#, "not one JSON object"),
        (#"printf '{"version":1} {"version":1}'"#, "not one JSON object"),
        (#"printf '{"version":2,"result":"made","client_secret":"made-up-n"}'"#, "another version than 1"),
        (#"printf '{"result":"made","client_secret":"made-up-n"}'"#, "another version than 1"),
        (#"printf '{"version":1,"result":"held","client_secret":"made-up-n"}'"#, "none of made, operator"),
        (#"printf '{"version":1,"client_secret":"made-up-n"}'"#, "none of made, operator"),
        (#"printf '{"version":1,"result":"made"}'"#, "without a client_secret"),
        (#"printf '{"version":1,"result":"made","client_secret":5}'"#, "without a client_secret"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-n","id":"x"}'"#, "does not belong"),
        (#"printf '{"version":1,"result":"operator","client_secret":"made-up-n"}'"#, "does not belong"),
        (
            #"printf '{"version":1,"result":"made","client_secret":"made-up-n","client_secret":"made-up-m"}'"#,
            "stands twice"
        ),
        (#"printf '{"version":1,"result":"made","client_secret":""}'"#, "nothing was entered"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-old-secret"}'"#, "the old client_secret"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-refused-secret"}'"#, "just refused"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-\\u0007"}'"#, "a control character"),
        (#"printf '{"version":1,"result":"made","client_secret":"made-up-n\\n"}'"#, "a line break"),
        (#"printf '{"version":1,"result":"made","client_secret":"other"}'"#, "the form of this provider's"),
        (#"printf '{"version":1,"result":"made","client_secret":"%05000d"}' 0"#, "longer than any client_secret"),
        ("yes", "printed more than the 65536 bytes"),
    ])
    func `whose answer is none is refused in one sentence`(script: String, sentence: String) async throws {
        try await Self.refused(script, .nonsense, sentence)
    }

    @Test(arguments: [
        (made + "; exit 3", "ended with status 3"), (made + "; kill -9 $$", "was killed"),
        (made + "; kill -TERM $$", "ended by signal 15"),
    ])
    func `that fails is refused, whatever it has printed`(script: String, sentence: String) async throws {
        try await Self.refused(script, .indeterminate, sentence)
    }

    @Test func `that sleeps for ever is ended`() async throws {
        try await Self.refused(
            "trap '' TERM; \(Self.made); while :; do sleep 1000; done", .indeterminate, "did not end within 1 s",
            deadline: 1)
    }

    private static func refused(
        _ script: String, _ code: OAuthError.Code, _ sentence: String, deadline: Int = 30
    ) async throws {
        try await with("echo asking >&2\n" + script, deadline: deadline) { driver, lines, _ in
            do {
                let answer = try await driver.replaceSecret(order()) { _ in }
                Issue.record("\(script): \(answer)")
            } catch let error as OAuthError {
                #expect(error.code == code, "\(error.message)")
                #expect(error.message.contains(sentence), "\(error.message)")
                #expect(error.message.hasPrefix("script, the program that replaces the client_secret of main/crm, "))
                for secret in [old, new, refused, "made-up-n"] { #expect(!error.message.contains(secret)) }
            }
            // Why it failed is said there, if anywhere. On a busy machine a short deadline may pass before a word is said.
            #expect(lines.all == ["script: asking"] || deadline < 30 && lines.all.isEmpty, "\(lines.all)")
        }
    }
}

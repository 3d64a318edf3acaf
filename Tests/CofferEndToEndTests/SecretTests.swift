// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// Made-up secrets go through every command, also where they are out of place, and are then looked for everywhere.
@Suite(.timeLimit(.minutes(3))) struct `A secret` {
    private static let wanted = ["get", "token"]

    /// Runs a command with the log at its loudest, and expects that it shows none of the secrets.
    ///
    /// Standard output is looked at unless the secret is what was asked for.
    @discardableResult
    private static func run(
        _ world: World, _ markers: [Marker], _ arguments: [String], input: Program.Input = .nothing
    ) async throws -> Finished {
        let end = try await world.program.run(arguments, input: input, environment: ["COFFER_LOG": "trace"])
        expectSilent(end, markers, arguments, output: !wanted.contains(arguments[0]) || end.status != .exited(0))
        return end
    }

    private static func expectSilent(_ end: Finished, _ markers: [Marker], _ arguments: [String], output: Bool) {
        for marker in markers {
            #expect(!marker.isIn(end.errorBytes), "\(marker.name) on standard error of \(arguments[0])")
            #expect(!output || !marker.isIn(end.output), "\(marker.name) on standard output of \(arguments[0])")
            #expect(!marker.isIn(end.commandLine), "\(marker.name) in the arguments of \(arguments[0])")
        }
    }

    /// Expects that no file below the home holds a secret, but the identity's file itself.
    private static func expectNotOnDisk(_ world: World, _ markers: [Marker]) {
        let files = world.program.home.files()
        #expect(files.keys.contains("data/coffer/vault.db"))
        for (name, bytes) in files {
            for marker in markers where !(marker.name == "the identity" && name == "config/coffer/identity") {
                #expect(!marker.isIn(bytes), "\(marker.name) is in \(name)")
            }
            #expect(!name.contains("core"), "a core file: \(name)")
        }
    }

    /// What the vault holds now, and a value that a person chose.
    private static func markers(_ world: World, _ staticSecret: String) async throws -> [Marker] {
        let identity = try String(contentsOfFile: world.program.home.identity, encoding: .utf8)
        let line = try #require(identity.split(separator: "\n").first { $0.hasPrefix("coffer-secret-1") })
        return [
            Marker("the static secret", staticSecret), Marker("the identity", String(line)),
            Marker("the client_secret", try await world.field("main/crm#client_secret")),
            Marker("the access token", try await world.token("acme")),
            Marker("the refresh token", try await world.field("main/crm/acme#refresh_token")),
        ]
    }

    private static let staticSecret = "MARKER-static-secret-0123456789-abcdef"

    @Test func `is in no output, argument or file of any command that works`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            try await world.succeed(["put", "main/key"], input: .text(Self.staticSecret))
            let markers = try await Self.markers(world, Self.staticSecret)
            let commands = [
                ["init"], ["status"], ["status", "--json"], ["list"], ["list", "--json"], ["app", "list"],
                ["app", "show", "main/crm"], ["app", "show", "main/crm", "--json"], ["provider", "show", "amocrm"],
                ["token", "main/crm/acme"], ["get", "main/key"], ["get", "main/crm#client_secret"],
                ["refresh"], ["refresh", "--all"], ["rotate", "main/crm", "--leak", "--dry-run"], ["rotate", "list"],
                ["refresh", "--force", "main/crm/acme"], ["refresh", "--force", "main/crm/birch", "--json"],
                ["rotate", "main/crm", "--leak", "--json"], ["rotate", "show"], ["rotate", "report"],
                ["rotate", "report", "--format", "html"],
                ["remove", "main/crm/birch", "--yes"], ["remove", "main/key", "--yes"],
            ]
            for command in commands { try await Self.run(world, markers, command) }
            try await Self.run(world, markers, ["put", "main/key"], input: .text(Self.staticSecret))

            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let all = markers + [Marker("the new client_secret", secret)]
            let end = try await Self.run(world, all, ["rotate", "resume"], input: .text(secret))
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
            for command in [
                ["rotate", "report"], ["rotate", "report", "--json"], ["rotate", "report", "--format", "html"],
                ["rotate", "report", "--format", "html", "--output", "report.html"], ["status"],
            ] {
                try await Self.run(world, all, command)
            }
            Self.expectNotOnDisk(world, all + (try await Self.markers(world, Self.staticSecret)))
        }
    }

    @Test func `is in no output or file of a connection that is made`() async throws {
        try await World.with(accounts: []) { world in
            let (callback, end) = try await world.program.start(
                ["connect", "main/crm/acme", "--paste", "--yes", "--no-browser"], input: .open,
                environment: ["COFFER_LOG": "trace"]
            ) {
                let line = try #require(await $0.line(containing: "https://"))
                let consent = try world.sandbox.authorize(account: "acme", state: World.query(of: line)["state"])
                await $0.write(consent.callbackURL)
                return consent.code
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let markers = try await Self.markers(world, Self.staticSecret) + [Marker("the code", callback)]
            Self.expectSilent(end, markers, ["connect"], output: true)
            Self.expectNotOnDisk(world, markers)
        }
    }

    @Test func `that stands on standard input is not shown when it is refused`() async throws {
        try await World.with { world in
            let odd = "MARKER-odd-secret-\u{1B}[31m\nsecond-line-MARKER-0123456789"
            let markers =
                try await Self.markers(world, "second-line-MARKER-0123456789") + [
                    Marker("the first line", "MARKER-odd-secret-")
                ]
            let commands = [
                world.appArguments("main/odd"), world.appArguments(), ["put", "main/crm"], ["put", "nowhere"],
                ["connect", "main/crm/odd", "--paste", "--yes", "--no-browser"],
                ["connect", "main/crm/odd", "--import-refresh-token", "--yes"],
                ["connect", "main/none/odd", "--import-refresh-token", "--yes"], ["rotate", "resume"],
            ]
            for command in commands {
                let end = try await Self.run(world, markers, command, input: .text(odd))
                #expect(end.status != .exited(0), "\(command)")
            }
            try await Self.run(world, markers, ["rotate", "main/crm", "--leak"], input: .text(odd))
            let end = try await Self.run(world, markers, ["rotate", "resume"], input: .text(odd))
            #expect(end.status != .exited(0))
            Self.expectNotOnDisk(world, markers)
        }
    }

    /// A refresh token that is imported and refused by the server, with an account named.
    @Test func `that the server refuses is not shown`() async throws {
        try await World.with { world in
            let account = try #require(world.sandbox.accounts.first { $0.name == "birch" })
            let markers = [Marker("the refresh token", "MARKER-refresh-token-0123456789")]
            let end = try await Self.run(
                world, markers,
                [
                    "connect", "main/crm/birch", "--import-refresh-token", "--yes", "--account-host",
                    world.sandbox.host(of: account),
                ],
                input: .text("MARKER-refresh-token-0123456789"))
            #expect(end.status == .exited(80), "\(end.errors)")
            #expect(world.sandbox.log.requests(carrying: "MARKER-refresh-token-0123456789").count == 1)
            Self.expectNotOnDisk(world, markers)
        }
    }

    @Test(arguments: [
        FaultKind.htmlBody, .emptyBody, .truncatedBody, .missingAccessToken, .errorInSuccess, .answerLost, .redirect,
        .serverError,
    ])
    func `is in no output or file of a refresh that fails`(fault: FaultKind) async throws {
        try await World.with { world in
            let markers = try await Self.markers(world, Self.staticSecret)
            world.sandbox.faults.set([FaultRule(fault, grantType: "refresh_token")])
            try await Self.run(world, markers, ["refresh", "--force", "main/crm/acme"])
            try await Self.run(world, markers, ["status", "--json"])
            Self.expectNotOnDisk(world, markers)
        }
    }

    /// The one who runs it has put it into the arguments already; that it goes no further is all that can be done.
    @Test func `that is given as an argument goes into no file`() async throws {
        try await World.with(accounts: []) { world in
            let secret = "MARKER-argument-0123456789"
            for command in [
                ["get", secret], ["token", secret], ["put", "main/key", secret], ["--token", secret],
                ["rotate", "resume", secret],
            ] {
                let end = try await world.program.run(command, environment: ["COFFER_LOG": "trace"])
                #expect(end.status == .exited(64), "\(command.first ?? ""): \(end.errors)")
                #expect(end.output.isEmpty)
            }
            Self.expectNotOnDisk(world, [Marker("the argument", secret)])
        }
    }

    @Test func `in the environment opens the vault, and is shown nowhere`() async throws {
        try await World.with { world in
            let text = try String(contentsOfFile: world.program.home.identity, encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("coffer-secret-1") })
            let markers = try await Self.markers(world, Self.staticSecret)
            try FileManager.default.removeItem(atPath: world.program.home.identity)
            for command in [["status"], ["list"], ["get", "main/none"]] {
                let end = try await world.program.run(
                    command, environment: ["COFFER_LOG": "trace", "COFFER_IDENTITY": String(line)])
                #expect(end.status == .exited(command[0] == "get" ? 66 : 0), "\(end.errors)")
                Self.expectSilent(end, markers, command, output: true)
            }
            let broken = String(line.dropLast(3)) + "AAA"
            let end = try await world.program.run(["list"], environment: ["COFFER_IDENTITY": broken])
            end.expectRefusal(65)
            #expect(!Marker("the broken identity", broken).isIn(end.errorBytes))
            Self.expectNotOnDisk(world, markers)
        }
    }

    #if os(Linux)
    @Test func `is in no core file, whatever limits the program was started with`() async throws {
        try await World.with { world in
            let markers = try await Self.markers(world, Self.staticSecret)
            world.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token")])
            let arrivals = world.sandbox.log.arrivals()
            let (limits, end) = try await world.program.start(
                ["refresh", "--force", "main/crm/acme"], script: #"ulimit -c "$(ulimit -H -c)"; exec "$0" "$@""#
            ) { running -> String in
                for await record in arrivals where record.grantType == "refresh_token" { break }
                let limits = running.systemFile("limits")
                running.send(SIGABRT)
                return String(decoding: limits, as: UTF8.self)
            }
            #expect(end.status == .signaled(SIGABRT))
            // Neither does the runtime's backtracer show what is in memory.
            #expect(!end.errors.contains("Registers:") && !end.errors.contains("crashed"))
            let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
            #expect(line.split(separator: " ").dropFirst(4).first == "0")
            Self.expectSilent(end, markers, ["refresh"], output: true)
            Self.expectNotOnDisk(world, markers)
        }
    }

    /// What the system shows of the running program while it holds every secret that it needs: during a request.
    private static func seen(
        _ names: [String], of world: World, withIdentity line: String
    ) async throws -> [String: [UInt8]] {
        world.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token")])
        let arrivals = world.sandbox.log.arrivals()
        let (seen, _) = try await world.program.start(
            ["refresh", "--force", "main/crm/acme"], environment: ["COFFER_IDENTITY": line]
        ) { running -> [String: [UInt8]] in
            for await record in arrivals where record.grantType == "refresh_token" { break }
            let seen = names.map { ($0, running.systemFile($0)) }
            running.send(SIGKILL)
            return Dictionary(uniqueKeysWithValues: seen)
        }
        return seen
    }

    private static func identityLine(_ world: World) throws -> String {
        let text = try String(contentsOfFile: world.program.home.identity, encoding: .utf8)
        return String(try #require(text.split(separator: "\n").first { $0.hasPrefix("coffer-secret-1") }))
    }

    @Test func `is not in what other users see of the running program`() async throws {
        try await World.with { world in
            let markers = try await Self.markers(world, Self.staticSecret)
            let seen = try await Self.seen(
                ["cmdline", "comm"], of: world, withIdentity: try Self.identityLine(world))
            #expect(String(decoding: seen["cmdline"] ?? [], as: UTF8.self).contains("refresh"))
            #expect(seen["comm"]?.isEmpty == false)
            for (name, bytes) in seen {
                for marker in markers { #expect(!marker.isIn(bytes), "\(marker.name) in \(name)") }
            }
        }
    }

    /// Whether the environment of a program that forbids tracing can be read: CAP_SYS_PTRACE (proc(5)).
    ///
    /// For everybody else there is nothing to see, whatever the program leaves there.
    private static let seesEnvironments: Bool = {
        let status = FileManager.default.contents(atPath: "/proc/self/status") ?? Data()
        let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        guard let digits = line?.split(whereSeparator: \.isWhitespace).last, let held = UInt64(digits, radix: 16) else {
            return false
        }
        return held & (1 << 19) != 0
    }()

    @Test(.enabled(if: seesEnvironments, "only root sees the environment of a program that forbids tracing"))
    func `is not in the environment of the running program, as root alone sees it`() async throws {
        try await World.with { world in
            let markers = try await Self.markers(world, Self.staticSecret)
            let line = try Self.identityLine(world)
            let seen = try await Self.seen(["environ"], of: world, withIdentity: line)
            let environment = seen["environ"] ?? []
            // It was there, and was overwritten where it stood.
            let crosses = "COFFER_IDENTITY=" + String(repeating: "x", count: line.utf8.count) + "\0"
            let isOverwritten = String(decoding: environment, as: UTF8.self).contains(crosses)
            #expect(isOverwritten)
            for marker in markers { #expect(!marker.isIn(environment), "\(marker.name)") }
        }
    }
    #endif
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A sandbox over real TLS, and a program with a vault and an app in it.
struct World: Sendable {
    /// The app's path.
    static let app = "main/crm"

    let sandbox: Sandbox
    let program: Program
    /// The wall clock of both; nil for the machine's.
    let clock: ProgramClock?

    /// Runs a body in a world with an app and these accounts connected; `movesTime` if it sets the wall clock forward.
    ///
    /// The program gets `variables` in its environment.
    static func with<Result: Sendable>(
        _ provider: SandboxProvider = .amocrm, accounts: [String] = ["acme"], lifetime: Duration = .seconds(86_400),
        limits: LimitSettings = .unlimited, movesTime: Bool = false, variables: [String: String] = [:],
        _ body: (World) async throws -> Result
    ) async throws -> Result {
        var configuration = SandboxConfiguration(provider)
        configuration.limits = limits
        configuration.accountNames = Array(Set(configuration.accountNames + accounts)).sorted()
        configuration.lifetimes.accessToken = lifetime
        return try await Home.with { home in
            let clock = movesTime ? try await ProgramClock(in: home) : nil
            var program = Program(home: home)
            program.environment.merge(variables) { $1 }
            if let clock {
                configuration.now = { clock.now }
                program.environment.merge(clock.environment) { $1 }
            }
            return try await withSandbox(configuration) { [program] sandbox in
                let world = World(sandbox: sandbox, program: program, clock: clock)
                try await world.succeed("init")
                try await world.succeed(world.appArguments(), input: .text(sandbox.integration.clientSecret + "\n"))
                for account in accounts { try await world.connect(account) }
                return try await body(world)
            }
        }
    }

    /// The command line that adds the sandbox's integration as an app.
    func appArguments(_ path: String = app) -> [String] {
        let place =
            sandbox.provider == .strict
            ? ["--issuer", sandbox.baseURL]
            : ["--provider", sandbox.provider.rawValue, "--sandbox", sandbox.baseURL]
        return ["app", "add", path] + place + [
            "--client-id", sandbox.integration.clientID, "--redirect-uri", sandbox.integration.redirectURI, "--ca-file",
            sandbox.caFile,
        ]
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: String..., input: Program.Input = .nothing) async throws -> Finished {
        try await succeed(arguments, input: input)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func succeed(_ arguments: [String], input: Program.Input = .nothing) async throws -> Finished {
        let end = try await program.run(arguments, input: input)
        try #require(end.status == .exited(0), "\(arguments): \(end.status) \(end.errors)")
        return end
    }

    /// Connects an account as a person would: from the address that is printed, by the page, to the pasted callback.
    @discardableResult
    func connect(_ account: String, as path: String? = nil) async throws -> Finished {
        let end = try await tryConnecting(account, as: path)
        try #require(end.status == .exited(0), "connect: \(end.status) \(end.errors)")
        return end
    }

    /// The same with more options, however it ends.
    func tryConnecting(_ account: String, as path: String? = nil, options: [String] = []) async throws -> Finished {
        let path = path ?? "\(Self.app)/\(account)"
        var arguments = ["connect", path, "--paste", "--yes", "--no-browser"] + options
        if sandbox.provider == .bitrix24 {
            let portal = try #require(sandbox.accounts.first { $0.name == account })
            arguments += ["--account-host", sandbox.host(of: portal)]
        }
        let (_, end) = try await program.start(arguments, input: .open) {
            let line = try #require(
                await $0.line(containing: "https://"), "no address: \(String(decoding: $0.heard, as: UTF8.self))")
            let query = Self.query(of: line)
            // A request that was pushed (RFC 9126) has its state at the server.
            try #require((query["state"] == nil) == (query["request_uri"] != nil))
            let integration = sandbox.integrations.first { $0.clientID == query["client_id"] }
            let given = try sandbox.authorize(
                account: account, state: query["state"], integration: integration, query: query)
            await $0.write(given.callbackURL + "\n")
        }
        return end
    }

    /// Lets time pass: at once where the wall clock can be set, else by a command that waits for a callback nobody pastes.
    func letPass(seconds: Int) async throws {
        if let clock { return try clock.advance(by: seconds) }
        let arguments = ["connect", "\(Self.app)/late", "--paste", "--yes", "--no-browser", "--timeout", "\(seconds)s"]
        let (_, end) = try await program.start(arguments, input: .open) { while await $0.nextLine() != nil {} }
        #expect(end.status == .exited(75), "\(end.errors)")
    }

    /// Lets the deadline pass that a killed program has left with its intent, where the wall clock can be set; elsewhere
    /// whoever comes next waits for it.
    func outliveIntents() throws { try clock?.advance(by: 41) }

    /// The query of the address that ends a line.
    static func query(of line: String) -> [String: String] {
        let address = line.split(separator: " ").last { $0.hasPrefix("https://") }
        let items = address.flatMap { URLComponents(string: String($0)) }?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
    }

    /// The token that `coffer token` prints.
    func token(_ account: String, _ more: String...) async throws -> String {
        try await succeed(["token", "\(Self.app)/\(account)"] + more).text.trimmingCharacters(in: .newlines)
    }

    /// One field that `coffer get` prints.
    func field(_ reference: String) async throws -> String {
        try await succeed("get", reference).text
    }

    /// Every connection by its path, as `status --json` shows it.
    func status() async throws -> [String: [String: Any]] {
        let rows = try await succeed("status", "--json").json["connections"] as? [[String: Any]] ?? []
        return Dictionary(rows.compactMap { row in (row["path"] as? String).map { ($0, row) } }) { $1 }
    }

    /// The state of one connection.
    func state(_ account: String) async throws -> String? {
        try await status()["\(Self.app)/\(account)"]?["state"] as? String
    }

    /// Whether the sandbox's API takes a token: 200 it lives, 401 it is dead.
    func accountStatus(_ account: String, token: String) async throws -> Int {
        try await APIClient(sandbox).accountStatus(account, token: token)
    }

    /// What a vault holds, as the lists show it: nothing of it may change by a failure.
    func contents() async throws -> String {
        var texts: [String] = []
        for command in [
            ["list", "--json"], ["app", "list", "--json"], ["status", "--json"], ["rotate", "list", "--json"],
        ] {
            texts.append(try await succeed(command).text)
        }
        return texts.joined()
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// RFC 7591 and RFC 7592 against a server that takes both literally.
@Suite(.timeLimit(.minutes(3))) struct `An app that is registered when it is added` {
    private static let path = "main/new"

    /// The command line that registers a client.
    private static func add(_ world: World, _ options: [String] = []) -> [String] {
        [
            "app", "add", path, "--issuer", world.sandbox.baseURL, "--ca-file", world.sandbox.caFile, "--register",
        ] + options
    }

    private static let redirect = ["--redirect-uri", "http://127.0.0.1/callback"]

    @Test func `connects accounts, has its secret replaced after a leak, and is removed`() async throws {
        try await World.with(.strict, accounts: []) { world in
            let added = try await world.succeed(Self.add(world, Self.redirect + ["--scope", "read"]))
            let client = try #require(world.sandbox.integrations.last)
            #expect(world.sandbox.integrations.count == 2 && client.name == "Coffer (main/new)")
            #expect(added.text.contains(client.clientID) && !added.text.contains(client.clientSecret))
            try await world.connect("acme", as: "main/new/acme")
            let leaked = try await world.succeed("token", "main/new/acme").text.dropLast()

            let end = try await world.succeed("rotate", Self.path, "--leak", "--json")
            let proofs = end.json["proofs"] as? [[String: Any]] ?? []
            #expect(!proofs.isEmpty && proofs.allSatisfy { $0["result"] as? String == "proven" }, "\(end.text)")
            let now = try #require(world.sandbox.integrations.last)
            #expect(now.clientID == client.clientID && now.clientSecret != client.clientSecret)
            #expect(try await world.field("main/new#client_secret") == now.clientSecret)
            let fresh = try await world.succeed("token", "main/new/acme").text.dropLast()
            let api = APIClient(world.sandbox)
            #expect(fresh != leaked)
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(fresh)").status == 200)
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(leaked)").status == 401)

            let remove = ["app", "remove", Self.path, "--unregister", "--yes"]
            try await world.program.run(remove).expectRefusal(64, saying: "1 connection")
            try await world.succeed("remove", "main/new/acme", "--yes")
            try await world.succeed(remove)
            #expect(world.sandbox.integrations.map(\.clientID) == [world.sandbox.integration.clientID])
            #expect(try await world.succeed("app", "list", "--quiet").text == "\(World.app)\n")
            #expect(
                world.sandbox.log.requests(for: .registration).map(\.method) == ["POST", "GET", "PUT", "DELETE"],
                "\(world.sandbox.log.requests(for: .registration))")
        }
    }

    /// Revoking more than that one token could end the grant that was just reissued.
    @Test(arguments: [([], 0), (["--revocation-reach", "token"], 1)])
    func `revokes the leaked token only where that ends nothing else`(_ options: [String], _ count: Int) async throws {
        try await World.with(.strict, accounts: []) { world in
            try await world.succeed(Self.add(world, Self.redirect + options))
            try await world.connect("acme", as: "main/new/acme")
            let leaked = try await world.succeed("token", "main/new/acme").text.dropLast()
            try await world.succeed("rotate", Self.path, "--leak")
            let revocations = world.sandbox.log.requests(for: .revocation)
            #expect(revocations.count == count)
            #expect(
                world.sandbox.log.requests(carrying: String(leaked)).filter { $0.endpoint == .revocation }.count
                    == count)
            try await world.succeed("refresh", "--force", "main/new/acme")
        }
    }

    @Test func `signs for itself alone, and has no secret`() async throws {
        try await World.with(.strict, accounts: []) { world in
            try await world.succeed(
                Self.add(world, ["--client-auth", "private-key-jwt", "--new-key", "eddsa", "--client-name", "Nightly"]))
            #expect(world.sandbox.integrations.last?.name == "Nightly")
            #expect(world.sandbox.integrations.last?.clientSecret == "")
            try await world.succeed("connect", "main/new/self", "--client-credentials", "--yes")
            try await world.succeed("token", "main/new/self")
        }
    }

    @Test func `brings a software statement along`() async throws {
        try await World.with(.strict, accounts: []) { world in
            let file = "\(world.program.home.path)/statement.jwt"
            let add = Self.add(world, Self.redirect + ["--software-statement", file])
            for (text, status) in [("no statement", 65), ("e30.e30.", 65)] {
                try Data(text.utf8).write(to: URL(filePath: file))
                try await world.program.run(add).expectRefusal(Int32(status), saying: "software statement")
            }
            #expect(world.sandbox.log.requests(for: .registration).isEmpty)
            try Data("eyJhbGciOiJFUzI1NiJ9.e30.AA\n".utf8).write(to: URL(filePath: file))
            try await world.succeed(add)
            let carriers = world.sandbox.log.requests(carrying: "eyJhbGciOiJFUzI1NiJ9.e30.AA")
            #expect(carriers.map(\.endpoint) == [.registration])
        }
    }

    @Test func `is not kept where the answer never came or was none, and the status says which`() async throws {
        try await World.with(.strict, accounts: []) { world in
            for (fault, status) in [
                (FaultKind.answerLost, 75), (.htmlBody, 76), (.serverError, 69), (.redirect, 76),
            ] {
                world.sandbox.faults.set([FaultRule(fault, at: .registration)])
                let end = try await world.program.run(Self.add(world, Self.redirect))
                #expect(end.status == .exited(Int32(status)), "\(fault): \(end.errors)")
                #expect(try await world.succeed("app", "list", "--quiet").text == "\(World.app)\n")
            }
        }
    }

    @Test(arguments: [
        ["--client-id", "x"], ["--registration-uri", "https://x.example/"],
    ]) func `takes no id and no registration of an older one`(_ options: [String]) async throws {
        try await World.with(.strict, accounts: []) { world in
            let end = try await world.program.run(Self.add(world, options))
            #expect(end.status == .exited(64) && end.output.isEmpty, "\(end.errors)")
            try await world.program.run("app", "remove", World.app, "--unregister", "--yes")
                .expectRefusal(78, saying: "registration token")
            #expect(world.sandbox.log.requests(for: .registration).isEmpty)
        }
    }
}

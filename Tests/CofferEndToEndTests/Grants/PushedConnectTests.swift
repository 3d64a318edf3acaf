// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `coffer connect at a server that is strict` {
    private static let redirect = "http://127.0.0.1:9/callback"
    private static let connect = ["connect", "main/as/alice", "--paste", "--yes", "--no-browser"]

    /// Goes to the address that is printed, and pastes where it leads.
    private static func connect(_ world: GrantHome, _ options: [String] = []) async throws -> (String, Finished) {
        let (address, end) = try await world.program.start(connect + options, input: .open) { child in
            let line = try #require(await child.line(containing: "log in to the account: "))
            let address = line.components(separatedBy: "log in to the account: ").last ?? ""
            await child.write((world.server.visit(address).location ?? "") + "\n")
            return address
        }
        return (address, end)
    }

    @Test func `leaves its request there beforehand, and connects`() async throws {
        try await GrantHome.with(app: ["--redirect-uri", Self.redirect], habits: .but { $0.requiresPush = true }) {
            world in
            let (address, end) = try await Self.connect(world, ["--resource", "https://api.example/"])
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(address.contains("request_uri=") && !address.contains("state=") && !address.contains("scope="))
            let token = try await world.succeed("token", "main/as/alice").text
            #expect(world.server.rights(of: String(token.dropLast()))?.audience == "https://api.example/")
        }
    }

    @Test(arguments: ["", "another"])
    func `refuses an ID token without the nonce that it asked for`(_ nonce: String) async throws {
        try await GrantHome.with(app: ["--redirect-uri", Self.redirect], habits: .but { $0.idTokenNonce = nonce }) {
            world in
            let (_, end) = try await Self.connect(world, ["--scope", "openid orders:read"])
            #expect(end.status == .exited(76) && end.output.isEmpty, "\(end.errors)")
            #expect(end.errors.contains("ID token"))
            #expect(try await world.succeed("status", "--quiet").text.isEmpty)
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// An owner and a reader in two homes, from the first key to the removal.
@Suite(.timeLimit(.minutes(4))) struct `Somebody who is let in` {
    @Test func `reads tokens and secrets without ever showing a key, and nothing else, until it is removed`()
        async throws
    {
        try await World.with { world in
            try await world.succeed("put", "main/npm", input: .text("npm secret"))
            try await TwoHomes.with(owner: world.program) { homes in
                let said = try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let guest = homes.guest
                try Self.expectNoKey(in: said, of: guest.home)

                let token = try await guest.run("token", "main/crm/acme")
                try #require(token.status == .exited(0), "\(token.errors)")
                let text = token.text.trimmingCharacters(in: .newlines)
                #expect(try await world.accountStatus("acme", token: text) == 200)
                #expect(try await guest.run("get", "main/npm").text == "npm secret")

                let before = try await world.contents()
                for command in [
                    ["get", "main/crm#client_secret"], ["get", "main/crm/acme#refresh_token"],
                    ["rotate", "main/crm", "--leak"], ["connect", "main/crm/birch", "--paste", "--yes"],
                    ["remove", "main/npm", "--yes"], ["space", "add", "other"],
                    ["identity", "remove", "owner", "--yes"],
                ] {
                    let end = try await guest.run(command)
                    #expect(end.status == .exited(77), "\(command): \(end.errors)")
                    #expect(!(end.text + end.errors).contains(world.sandbox.integration.clientSecret))
                }
                try await guest.run("put", "main/npm", input: .text("x")).expectRefusal(77)
                #expect(try await world.contents() == before)

                let removal = try await world.succeed("identity", "remove", "ci", "--yes")
                #expect(removal.text.isEmpty)
                for text in [
                    "1 app, 1 connection, 1 secret", "coffer refresh --force main/crm/acme", "coffer put main/npm",
                ] {
                    #expect(removal.errors.contains(text), "\(removal.errors)")
                }
                for command in [["token", "main/crm/acme"], ["get", "main/npm"], ["list"], ["identity", "list"]] {
                    try await guest.run(command).expectRefusal(77, saying: "not a member")
                }
                let space = try await world.succeed("space", "show", "main").text
                #expect(space.contains("owner: owner") && !space.contains("owner, owner"), "\(space)")
                #expect(try await world.succeed("identity", "list", "--quiet").text == "owner\n")
                #expect(try await world.succeed("identity", "list", "--quiet", "--all").text == "owner\nci\n")
                #expect(try await world.succeed("identity", "show", "ci").text.contains("removed"))
                #expect(try await world.succeed("get", "main/npm").text == "npm secret")
            }
        }
    }

    private static func expectNoKey(in said: String, of home: Home) throws {
        let file = try String(contentsOfFile: home.identity, encoding: .utf8)
        #expect(file.hasPrefix("coffer-secret-1"))
        #expect(!said.contains("coffer-secret-1") && !said.contains(file.dropFirst(15).prefix(40)))
        let mode = try FileManager.default.attributesOfItem(atPath: home.identity)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `may be an issuer in one space and a reader in another, and sees no third`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            for command in [["init"], ["space", "add", "ci"], ["space", "add", "prod"]] {
                #expect(try await owner.run(command).status == .exited(0))
            }
            for path in ["main/a", "ci/a", "prod/a"] {
                #expect(try await owner.run("put", path, input: .text(path)).status == .exited(0))
            }
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("runner", "--role", "issuer", "--space", "ci")
                // Further spaces, with another role, under the name that it has.
                let text = try await homes.guest.run("identity", "show", "--json")
                let fingerprint = try #require(text.json["fingerprint"] as? String)
                let other = try await owner.run(
                    "identity", "add", "runner", "--role", "reader", "--space", "main", "--fingerprint", fingerprint,
                    input: .text(try await homes.publicText()))
                #expect(other.status == .exited(0), "\(other.errors)")
                #expect(try await homes.guest.run("get", "main/a").text == "main/a")
                #expect(try await homes.guest.run("get", "ci/a").text == "ci/a")
                #expect(try await homes.guest.run("put", "ci/b", input: .text("b")).status == .exited(0))
                try await homes.guest.run("put", "main/b", input: .text("b")).expectRefusal(77)
                try await homes.guest.run("get", "prod/a").expectRefusal(66, saying: "no space prod")
                let spaces =
                    try await homes.guest.run("space", "list", "--json").json["spaces"] as? [[String: Any]] ?? []
                #expect(spaces.map { $0["role"] as? String } == ["reader", "issuer", nil])
                try await owner.run("space", "remove", "ci", "--yes").expectRefusal(64, saying: "still holds entries")
            }
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `An identity under a passphrase` {
    private static let passphrase = "correct horse battery"

    /// What gives a line on descriptor 3.
    private static func giving(_ line: String) -> String { "exec 3<<END\n\(line)\nEND\nexec \"$0\" \"$@\"" }

    @Test func `opens the vault without a file, and no other passphrase does`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            #expect(try await owner.run("init").status == .exited(0))
            #expect(try await owner.run("put", "main/npm", input: .text("value")).status == .exited(0))
            try await TwoHomes.with(owner: owner) { homes in
                try await homes.letIn("anna", "--role", "issuer", "--space", "main")
                let sealed = try await homes.guest.run(
                    "identity", "protect", "--new-passphrase-fd", "3", script: Self.giving(Self.passphrase))
                #expect(sealed.status == .exited(0), "\(sealed.errors)")
                for said in [
                    try await owner.run("identity", "list").text,
                    try await owner.run("identity", "show", "anna").text,
                ] { #expect(said.contains("under a passphrase"), "\(said)") }
                #expect(try await !owner.run("identity", "show").text.contains("passphrase"))
                let shown = try await owner.run("identity", "list", "--json").json["identities"] as? [[String: Any]]
                #expect(shown?.map { $0["kept_in_vault"] as? Bool } == [false, true])
                let again = try await homes.guest.run(
                    ["identity", "protect", "--new-passphrase-fd", "3", "--json"], script: Self.giving(Self.passphrase))
                #expect(again.json["name"] as? String == "anna" && again.json["kept_in_vault"] as? Bool == true)
                try FileManager.default.removeItem(atPath: homes.guest.home.identity)
                try await homes.guest.run("get", "main/npm").expectRefusal(66)

                let flags = ["--identity-in-vault", "anna", "--passphrase-fd", "3"]
                let read = try await homes.guest.run(
                    ["get", "main/npm"] + flags, script: Self.giving(Self.passphrase))
                #expect(read.text == "value", "\(read.errors)")
                // Standard input stays the command's.
                let put = try await homes.guest.run(
                    ["put", "main/npm"] + flags, input: .text("new"), script: Self.giving(Self.passphrase))
                #expect(put.status == .exited(0), "\(put.errors)")
                #expect(try await owner.run("get", "main/npm").text == "new")

                try await homes.guest.run(["get", "main/npm"] + flags, script: Self.giving("correct horse batterz"))
                    .expectRefusal(77, saying: "passphrase")
                try await homes.guest.run("get", "main/npm", "--identity-in-vault", "anna").expectRefusal(64)
                try await homes.guest.run("get", "main/npm", "--identity-in-vault", "owner").expectRefusal(66)

                let out = try await homes.guest.run(
                    ["identity", "unprotect", "--yes", "--json"] + flags, script: Self.giving(Self.passphrase))
                #expect(out.status == .exited(0), "\(out.errors)")
                #expect(out.json["name"] as? String == "anna" && out.json["kept_in_vault"] as? Bool == false)
                try await homes.guest.run(["get", "main/npm"] + flags, script: Self.giving(Self.passphrase))
                    .expectRefusal(66)
            }
        }
    }

    @Test func `is refused where it is weak, or an owner's without a word`() async throws {
        try await Home.with { home in
            let owner = Program(home: home)
            #expect(try await owner.run("init").status == .exited(0))
            let protect = ["identity", "protect", "--new-passphrase-fd", "3"]
            try await owner.run(protect, script: Self.giving(Self.passphrase)).expectRefusal(77, saying: "owner")
            try await owner.run(protect + ["--even-owner"], script: Self.giving("14 characters."))
                .expectRefusal(64, saying: "too short")
            try await owner.run("identity", "protect", "--even-owner").expectRefusal(64, saying: "no terminal")
            #expect(
                try await owner.run(protect + ["--even-owner"], script: Self.giving(Self.passphrase)).status
                    == .exited(0))
            try FileManager.default.moveItem(atPath: home.identity, toPath: "\(home.path)/aside")
            let list = try await owner.run(
                "identity", "list", "--quiet", "--identity-in-vault", "owner", "--passphrase-fd", "3",
                script: Self.giving(Self.passphrase))
            #expect(list.text == "owner\n", "\(list.errors)")
        }
    }
}

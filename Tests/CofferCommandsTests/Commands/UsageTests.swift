// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite struct `A command line that is wrong` {
    @Test(arguments: [
        "tokn", "token", "token main/a/b --min-valid soon", "token main/a/b --min-valid-strict",
        "token Main/A", "rotate main/app", "rotate main/app --leak --hold --serve", "refresh --all --force main/a/b",
        "app add main/a", "app add main/a --provider x --issuer y", "status --state healthy", "get main/a#FIELD",
        "connect main/a/b --paste --client-credentials", "list --identity-fd -3",
        "list --identity-file a --identity-fd 3", "agent --lock-after soon", "agent lock now",
        "agent --passphrase-fd 3", "agent ticket", "agent ticket --path main/a*",
        "agent ticket --path main/a --ttl 31d",
        "agent ticket --path main/a --name A", "agent ticket revoke", "agent ticket revoke Marker/x",
    ])
    func `is 64, with nothing on standard output`(line: String) async throws {
        let outcome = try await CommandWorld().run(line)
        #expect(outcome.status == .usage)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("coffer: ") })
        #expect(!outcome.errors.isEmpty)
    }

    @Test func `is an object with --json`() async throws {
        for line in ["status --json --stat", "list --json --quiet", "token --json"] {
            let outcome = try await CommandWorld().run(line)
            #expect(outcome.status == .usage)
            #expect(outcome.error["code"] as? String == "usage")
            #expect(outcome.error["message"] != nil)
        }
    }

    @Test(arguments: [
        "put main/key Marker-7x9Secret", "get main/key --field=Marker-7x9Secret", "token Marker-7x9Secret",
    ])
    func `is not repeated where it may hold a secret`(line: String) async throws {
        let outcome = try await CommandWorld().run(line)
        #expect(outcome.status == .usage)
        #expect(!outcome.errors.contains("Marker-7x9Secret"))
    }

    @Test(arguments: ["--client-secret", "--token", "--password"])
    func `that looks for an option with a secret hears where secrets come from`(option: String) async throws {
        let outcome = try await CommandWorld().run("app add main/a --provider amocrm \(option)=Marker")
        #expect(outcome.errors.contains("never from an argument"))
        #expect(!outcome.errors.contains("Marker"))
    }

    @Test(arguments: [
        "--help", "token --help", "app add --help", "rotate --help", "rotate start --help", "help connect", "--version",
        "rotate list --help", "sandbox --help", "agent --help", "agent serve --help", "agent unlock --help",
        "agent ticket --help", "agent ticket issue --help", "agent ticket list --help", "agent ticket revoke --help",
    ])
    func `unlike one that asks for help`(line: String) async throws {
        let outcome = try await CommandWorld().run(line)
        #expect(outcome.status == .done)
        #expect(outcome.output.contains("coffer"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func `names an unknown provider before a secret is asked for`() async throws {
        let outcome = try await CommandWorld().run("app add main/a --provider nope --client-id 1")
        #expect(outcome.status == .configuration)
        #expect(outcome.errors.contains("coffer provider list"))
    }
}

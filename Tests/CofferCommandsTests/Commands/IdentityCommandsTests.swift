// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization
import Testing

@testable import CofferCommands

@Suite struct `coffer identity` {
    /// A public identity made elsewhere.
    private static func publicText() async throws -> String {
        let other = try CommandWorld()
        let made = await other.run("identity new --json")
        #expect(made.status == .done)
        return try #require(made.object["public"] as? String)
    }

    @Test func `asks about the fingerprint, and a no changes nothing`() async throws {
        let world = try CommandWorld()
        _ = await world.run("init")
        let text = try await Self.publicText()
        let line = "identity add ci --role reader --space main \(text)"
        let pair = try PseudoTerminal()
        for (answer, status) in [("n", CommandsStatus.failed), ("", .failed), ("y", .done)] {
            let terminal = ScriptedTerminal(answer)
            let outcome = await world.run(line) { context in
                context.terminal = terminal
                context.input = InputDescriptor(pair.descriptor)
            }
            #expect(outcome.status == status)
            #expect(outcome.output.hasPrefix("coffer-invite-1") == (status == .done))
            #expect(terminal.questions.map(\.text) == ["did ci tell you the same one, by another channel? [y/N]"])
            let members = await world.run("identity list --quiet").output
            #expect(members == (status == .done ? "owner\nci\n" : "owner\n"))
        }
    }

    @Test func `without a terminal and a fingerprint is 64, with another's is 77, and neither adds anybody`()
        async throws
    {
        let world = try CommandWorld()
        _ = await world.run("init")
        let line = "identity add ci --role reader --space main --json"
        let text = try await Self.publicText()
        let unasked = await world.run(line, typing: text)
        #expect(unasked.status == .usage)
        let other = await world.run("\(line) --fingerprint 0123-4567-89ab-cdef", typing: text)
        #expect(other.status == .notPermitted)
        #expect(other.error["code"] as? String == "wrong_fingerprint")
        #expect(await world.run("identity list --quiet").output == "owner\n")
    }

    @Test func `refuses a secret identity, noise and nothing where a public one belongs`() async throws {
        let world = try CommandWorld()
        _ = await world.run("init")
        let secret = try String(contentsOfFile: "\(world.home)/.config/coffer/identity", encoding: .utf8)
        let line = "identity add ci --role reader --space main --fingerprint 0 --json"
        for (text, status, code) in [
            (secret, CommandsStatus.damaged, "invalid_identity"), ("noise", .damaged, "invalid_identity"),
            ("", .usage, "input_empty"),
        ] {
            let outcome = await world.run(line, typing: text)
            #expect(outcome.status == status)
            #expect(outcome.error["code"] as? String == code)
            #expect(!outcome.errors.contains(secret.dropFirst(15).prefix(30)))
        }
    }

    @Test func `never replaces an identity, and joins an invitation to its own key alone`() async throws {
        let (owner, guest, stranger) = (try CommandWorld(), try CommandWorld(), try CommandWorld())
        _ = await owner.run("init")
        let own = try #require(await owner.run("identity show --json").object["fingerprint"] as? String)
        let made = await guest.run("identity new --json").object
        #expect(await guest.run("identity new").status == .usage)
        _ = await stranger.run("identity new")
        let told = try #require(made["fingerprint"] as? String)
        let text = try #require(made["public"] as? String)
        let invitation = await owner.run(
            "identity add ci --role reader --space main --fingerprint \(told)", typing: text
        ).output
        let accept = "identity accept --json --fingerprint"
        #expect(await stranger.run("\(accept) \(own)", typing: invitation).error["code"] as? String == "wrong_identity")
        let wrong = await guest.run("\(accept) \(told)", typing: invitation)
        #expect(wrong.error["code"] as? String == "wrong_fingerprint")
        #expect(await guest.run("list --vault \(owner.home)/.local/share/coffer/vault.db").status == .notPermitted)
        let accepted = await guest.run("\(accept) \(own)", typing: invitation)
        #expect(accepted.status == .done, "\(accepted.errors)")
        #expect(accepted.object["owner_fingerprint"] as? String == own)
        #expect(await guest.run("list --vault \(owner.home)/.local/share/coffer/vault.db").status == .done)
    }

    @Test func `proposes a passphrase, shows it on the terminal alone, and wants it typed`() async throws {
        let world = try CommandWorld()
        _ = await world.run("init")
        let careless = CopyingTerminal(isCareful: false)
        let refused = await world.run("identity protect --even-owner") { $0.terminal = careless }
        #expect(refused.status == .failed)
        #expect(refused.errors.contains("nothing was changed"))
        let careful = CopyingTerminal(isCareful: true)
        let done = await world.run("identity protect --even-owner") { $0.terminal = careful }
        #expect(done.status == .done, "\(done.errors)")
        let shown = try #require(careful.shown)
        #expect(!(done.output + done.errors + refused.output + refused.errors).contains(shown))
        try FileManager.default.removeItem(atPath: "\(world.home)/.config/coffer/identity")
        let list = await world.run("identity list --quiet --identity-in-vault owner") {
            $0.terminal = ScriptedTerminal(shown)
        }
        #expect(list.output == "owner\n", "\(list.errors)")
    }
}

/// How commands end, where Foundation has a status of the same name.
private typealias CommandsStatus = CofferCommands.ExitStatus

/// A person who takes the passphrase that is proposed, and copies it, well or not.
private final class CopyingTerminal: Terminal {
    private let isCareful: Bool
    private let passphrase = Mutex<String?>(nil)

    init(isCareful: Bool) { self.isCareful = isCareful }

    /// The passphrase that was shown.
    var shown: String? { passphrase.withLock { $0 } }

    var isPresent: Bool { true }

    func answer(to question: TerminalQuestion) async throws -> Secret? {
        if let proposed = question.text.firstMatch(of: /^[0-9a-z]{5}(-[0-9a-z]{5}){5}/)?.0 {
            passphrase.withLock { $0 = String(proposed) }
            return Secret("")
        }
        guard let shown else { return Secret("") }
        return Secret(isCareful ? shown : shown.uppercased())
    }
}

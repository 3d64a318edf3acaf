// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization
import Testing

@testable import CofferCommands

@Suite(.timeLimit(.minutes(2))) struct `coffer rotate drill by hand` {
    /// A person who presses Enter and copies the secret that is shown, after a slip or two.
    private final class Copying: Terminal {
        let errors = RecordedOutput()
        private let slips: Mutex<Int>
        private let asked = Mutex<[TerminalQuestion]>([])

        init(slips: Int) { self.slips = Mutex(slips) }

        var questions: [TerminalQuestion] { asked.withLock { $0 } }
        var isPresent: Bool { true }

        func answer(to question: TerminalQuestion) async throws -> Secret? {
            asked.withLock { $0.append(question) }
            guard question.isHidden else { return Secret("") }
            let slips = slips.withLock { slips in
                defer { slips -= 1 }
                return slips
            }
            let shown = errors.text.matches(of: /coffer: {3}([A-Za-z0-9]{64})\n/).last?.1
            return slips > 0 ? Secret("made-up and wrong") : Secret(String(shown ?? ""))
        }
    }

    private static func world() async throws -> CommandWorld {
        let world = try CommandWorld()
        _ = await world.run("init")
        let add = "app add main/crm --provider amocrm --client-id cid --redirect-uri https://client.example.com/cb"
        let secret = String(repeating: "a", count: 64)
        #expect(await world.run(add, typing: secret).status == .done)
        return world
    }

    @Test(arguments: [0, 1])
    func `shows where to click in earnest, and the made-up secret to paste`(slips: Int) async throws {
        let (world, person, keyboard) = (try await Self.world(), Copying(slips: slips), try PseudoTerminal())
        let outcome = await world.run("rotate drill main/crm --by-hand --connections 2 --json") { context in
            context.terminal = person
            context.input = InputDescriptor(keyboard.descriptor)
            context.diagnostics = Diagnostics(person.errors, environment: [:])
        }
        #expect(outcome.status == .done, "\(person.errors.text)\(outcome.output)")
        let mark = outcome.object["drill"] as? [String: Any]
        #expect(mark?["by_hand"] as? Bool == true)
        #expect(person.questions.first?.text.contains("press Enter, then click") == true, "\(person.questions)")
        #expect(person.questions.count { $0.isHidden } == 1 + slips)
        #expect(person.errors.text.contains("here it is"))
    }

    @Test func `ends with 82 where the person gives nothing, and can't be resumed`() async throws {
        let (world, keyboard) = (try await Self.world(), try PseudoTerminal())
        let outcome = await world.run("rotate drill main/crm --by-hand --connections 2") { context in
            context.terminal = ScriptedTerminal("")
            context.input = InputDescriptor(keyboard.descriptor)
        }
        #expect(outcome.status == .awaitsOperator)
        #expect(outcome.output.contains("The drill ends here") && !outcome.output.contains("rotate resume"))
        #expect(await world.run("rotate list --quiet").output.isEmpty)
    }
}

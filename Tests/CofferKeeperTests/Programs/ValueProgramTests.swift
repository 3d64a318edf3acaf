// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A rotation of a static secret by a program` {
    private static let path = KeeperWorld.path("main/crm-hook")
    private static let old = "made-up-old"
    private static let new = "made-up-new"
    private static let nobody = ScriptedOperator(isPresent: false, [])

    /// Answers each operation and notes it; `$new` is what it makes, `$good` what it says is accepted, `$fails` what it can't do.
    private static let script = """
        new=made-up-new; good=made-up-new; fails=
        [ -f "$0.set" ] && . "$0.set"
        cat >"$0.got"; op=$(sed 's/.*"operation":"\\([a-z]*\\)".*/\\1/' "$0.got"); echo "$op" >>"$0.ops"
        [ "$op" = "$fails" ] && exit 3
        case $op in
        replace|add) printf '{"version":1,"result":"made","value":"%s"}' "$new";;
        inspect) printf '{"version":1,"result":"absent"}';;
        remove) printf '{"version":1,"result":"removed"}';;
        check) if grep -q "\\"candidate\\":\\"$good\\"" "$0.got"; then printf '{"version":1,"result":"accepted"}'
          else printf '{"version":1,"result":"refused"}'; fi;;
        esac
        """

    /// A machine with the program.
    private struct Machine {
        let world: KeeperWorld
        let effects: KeeperEffects
        let script: String

        func keeper() async throws -> Keeper { try await Keeper.open(world.location, effects: effects) }

        func operations() -> [String] {
            let text = try? String(contentsOfFile: "\(script).ops", encoding: .utf8)
            return (text ?? "").split(separator: "\n").map(String.init)
        }

        func told() throws -> [String: Any] {
            let data = try #require(FileManager.default.contents(atPath: "\(script).got"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }

        /// Changes what the program does.
        func set(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(script).set")) }
    }

    private static func with(keepsTwo: Bool = false, _ body: (Machine) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await Script.with(script) { script in
                var effects = world.effects()
                effects.programs = ProgramSettings([
                    "XDG_CONFIG_HOME": "\(world.folder)/config", "PATH": "/usr/bin:/bin",
                ])
                let machine = Machine(world: world, effects: effects, script: script)
                let keeper = try await machine.keeper()
                try await keeper.put(path, Secret(old))
                _ = try await keeper.setProgram(ofValue: path, [script], keepsTwo: keepsTwo)
                try await body(machine)
            }
        }
    }

    private static func value(_ machine: Machine) async throws -> Secret { try await machine.keeper().get(path) }

    @Test func `is planned with it where it is set, and nowhere else`() async throws {
        try await Self.with(keepsTwo: true) { machine in
            let keeper = try await machine.keeper()
            let plan = try await keeper.previewRotation(of: Self.path)
            #expect(plan.driver == "command" && plan.taint == .hold && plan.overlaps && plan.operatorSteps.isEmpty)
            #expect(try await keeper.previewRotation(of: Self.path, taint: .serve).taint == .serve)
            let elsewhere = try await machine.world.keeper().previewRotation(of: Self.path)
            #expect(elsewhere.driver == "operator" && !elsewhere.overlaps)
            let view = try await keeper.setProgram(ofValue: Self.path, nil)
            #expect(view.driver == "operator" && view.subject == .value)
            await #expect(throws: KeeperError(.wrongKind, "")) { try await keeper.driver(of: Self.path) }
            await #expect(throws: KeeperError(.wrongKind, "")) { try await keeper.driver(ofValue: KeeperWorld.app) }
        }
    }

    @Test func `set for an app that was there before it is not run`() async throws {
        try await Self.with { machine in
            let keeper = try await machine.keeper()
            let vault = keeper.vault.id.description
            let setting = ProgramSetting(
                vault: vault, app: Self.path.description, clientID: "id-1", command: [machine.script],
                deadlineSeconds: 60, keepsTwo: false)
            try machine.effects.programs.set(setting, of: Self.path.description, in: vault)
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.openRotation(of: Self.path) }
            let app = KeeperWorld.app
            try keeper.set([machine.script], of: app, clientID: nil, nil, keepsTwo: false)
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.driver(of: app) }
        }
    }

    @Test func `proves both ends, and leaves nothing behind`() async throws {
        try await Self.with { machine in
            let keeper = try await machine.keeper()
            let id = try await keeper.openRotation(of: Self.path)
            let report = try await keeper.resumeRotation(id, operator: Self.nobody)
            #expect(report.state == .closed && !report.closedUnproven, "\(report.text)")
            #expect(report.oldSecretDeadAt != nil && report.containment?.doubts.isEmpty == true)
            #expect(machine.operations() == ["replace", "check", "check"])
            #expect(try machine.told()["candidate"] as? String == Self.old)
            #expect(try await Self.value(machine) == Secret(Self.new))
            let entry = try await keeper.entry(Self.path, .secret)
            #expect(entry.use.tags == [SecretRecord.value, SecretRecord.storedAt])
            #expect(entry.issue?.tags == [SecretRecord.valueRotation])
        }
    }

    @Test func `that can't tell proves nothing, and is contained all the same`() async throws {
        try await Self.with { machine in
            try machine.set("fails=check")
            let id = try await machine.keeper().openRotation(of: Self.path)
            let report = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
            #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
            #expect(report.proofs.allSatisfy { $0.proof.result == .unproven })
            #expect(report.proofs.first?.proof.evidence.contains("ended with status 3") == true, "\(report.text)")
            #expect(try await Self.value(machine) == Secret(Self.new))
        }
    }

    @Test func `whose new value is refused makes another once, and is told of the first`() async throws {
        try await Self.with(keepsTwo: true) { machine in
            // The second one is good.
            try machine.set(
                #"n=$(grep -c add "$0.ops" 2>/dev/null); [ "$n" = 1 ] && new=made-up-second; good=made-up-second"#)
            let id = try await machine.keeper().openRotation(of: Self.path)
            let report = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
            #expect(report.state == .closed, "\(report.text)")
            #expect(machine.operations() == ["add", "check", "add", "check", "remove", "check", "check"])
            #expect(try await Self.value(machine) == Secret("made-up-second"))
            #expect(try await machine.keeper().entry(Self.path, .secret).issue?.tags == [SecretRecord.valueRotation])
        }
    }

    @Test func `whose old value still works stops, and goes on when that has ended`() async throws {
        try await Self.with { machine in
            try machine.set("good='made-up-[a-z]*'")
            let id = try await machine.keeper().openRotation(of: Self.path)
            let report = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
            #expect(report.state == .stopped, "\(report.text)")
            #expect(report.openItems.first?.contains("the old value is still accepted") == true)
            // What is in force stays so, and what has to be asked about is kept from others.
            #expect(try await Self.value(machine) == Secret(Self.new))
            await #expect(throws: KeeperError(.busy, "")) {
                try await machine.keeper().put(Self.path, Secret("made-up-other"))
            }
            try machine.set("")
            let end = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
            #expect(end.state == .closed && !end.closedUnproven, "\(end.text)")
        }
    }

    @Test func `where nothing leaked and nothing is shown of the new value leaves the old one to a person`()
        async throws
    {
        try await Self.with(keepsTwo: true) { machine in
            try machine.set("fails=check")
            let id = try await machine.keeper().openRotation(of: Self.path, mode: .planned)
            let report = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
            #expect(report.awaitsRemoval, "\(report.text)")
            #expect(report.awaits?.steps.first?.contains("nothing has shown that the new value is accepted") == true)
            #expect(machine.operations() == ["add", "check"])
        }
    }

    @Test func `keeps others from putting a value from its beginning, and takes over what was given up`() async throws {
        try await Self.with(keepsTwo: true) { machine in
            let keeper = try await machine.keeper()
            let first = try await keeper.openRotation(of: Self.path, mode: .planned)
            try machine.set("fails=add")
            await #expect(throws: OAuthError(.indeterminate, "")) {
                try await keeper.resumeRotation(first, operator: Self.nobody)
            }
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.put(Self.path, Secret("made-up-other")) }
            // The first gets as far as a value in force beside the old one, which nobody has ended.
            try machine.set("fails=check")
            #expect(try await keeper.resumeRotation(first, operator: Self.nobody).awaitsRemoval)
            try machine.set("new=made-up-third; good=made-up-third")
            let second = try await keeper.openRotation(of: Self.path, isForced: true)
            let report = try await keeper.resumeRotation(second, operator: Self.nobody)
            #expect(report.state == .closed && !report.closedUnproven, "\(report.text)")
            #expect(try await Self.value(machine) == Secret("made-up-third"))
            // The last question is about the value of before both.
            #expect(try machine.told()["candidate"] as? String == Self.old)
            #expect(try await keeper.entry(Self.path, .secret).issue?.tags == [SecretRecord.valueRotation])
        }
    }

    @Test func `comes to the same end whichever write is its last before a kill`() async throws {
        for number in 1...14 {
            try await Self.with(keepsTwo: true) { machine in
                let id = try await machine.keeper().openRotation(of: Self.path)
                let count = Counter()
                let store = WatchedStore(try SQLiteStore.open(machine.world.location.vaultPath)) { _, _ in
                    if count.next() >= number { throw VaultError(.diskFull, "made up") }
                }
                let vault = try await Vault.unlock(
                    store, with: await machine.world.location.identity.read(), now: { machine.world.time.now })
                _ = try? await Keeper(vault: vault, effects: machine.effects).resumeRotation(id, operator: Self.nobody)
                let report = try await machine.keeper().resumeRotation(id, operator: Self.nobody)
                #expect(report.state == .closed && !report.closedUnproven, "\(number): \(report.text)")
                #expect(try await Self.value(machine) == Secret(Self.new))
                let entry = try await machine.keeper().entry(Self.path, .secret)
                #expect(entry.issue?.tags == [SecretRecord.valueRotation], "\(number)")
                #expect(machine.operations().count { $0 == "add" } <= 2)
            }
        }
    }
}

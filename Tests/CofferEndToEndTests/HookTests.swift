// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Crypto
import Foundation
import GrantServer
import Subprocess
import Testing

/// What the rest of the world hears of a rotation, of the real program over real connections.
@Suite(.timeLimit(.minutes(4))) struct `A hook` {
    private static let keyBytes = Data("made-up-hook-key-of-32-bytes----".utf8)
    private static let key = "whsec_" + keyBytes.base64EncodedString()

    /// A world whose rotations a receiver on loopback is told of.
    private static func with(
        accounts: [String] = ["acme"], _ body: (World, HookReceiver) async throws -> Void
    ) async throws {
        try await HookReceiver.serving { receiver in
            try await World.with(accounts: accounts) { world in
                try await world.succeed("put", "main/hook-key", input: .text(key))
                let view = try await world.succeed(
                    "rotate", "hooks", "--webhook", receiver.url, "--key", "main/hook-key", "--json")
                #expect(view.json["webhook"] as? String == receiver.url)
                try await body(world, receiver)
            }
        }
    }

    private static func json(_ bytes: some Sequence<UInt8>) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private static func types(_ arrivals: [HookReceiver.Arrival]) throws -> [String] {
        try arrivals.map { try #require(json($0.body)["type"] as? String) }
    }

    private static func ids(_ arrivals: some Sequence<HookReceiver.Arrival>) -> [String] {
        arrivals.map { $0.headers["webhook-id"] ?? "" }
    }

    /// When a try was signed, in seconds.
    private static func signedAt(_ arrival: HookReceiver.Arrival) -> Int {
        arrival.headers["webhook-timestamp"].flatMap { Int($0) } ?? 0
    }

    /// What was told, without what was told again since its answer did not come within five seconds (docs/hooks.md).
    ///
    /// For so long the receiver may stand still.
    private static func told(_ arrivals: some Sequence<HookReceiver.Arrival>) -> [HookReceiver.Arrival] {
        var (told, last) = ([HookReceiver.Arrival](), HookReceiver.Arrival?.none)
        for arrival in arrivals {
            let isLate = last.map { ids([$0]) == ids([arrival]) && signedAt(arrival) >= signedAt($0) + 5 } ?? false
            if !isLate { told.append(arrival) }
            last = arrival
        }
        return told
    }

    /// Computed here from the specification's words, apart from the program's own code.
    private static func isSigned(_ arrival: HookReceiver.Arrival) -> Bool {
        guard let id = arrival.headers["webhook-id"], let time = arrival.headers["webhook-timestamp"],
            let seconds = Double(time), abs(seconds - Date().timeIntervalSince1970) < 300
        else { return false }
        let content = Data("\(id).\(time).".utf8) + arrival.body
        let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: keyBytes))
        return arrival.headers["webhook-signature"] == "v1," + Data(code).base64EncodedString()
    }

    /// Everything that the world holds and nobody may hear.
    private static func markers(_ world: World) async throws -> [Marker] {
        [
            Marker("the client_secret", try await world.field("main/crm#client_secret")),
            Marker("the access token", try await world.token("acme")),
            Marker("the refresh token", try await world.field("main/crm/acme#refresh_token")),
            Marker("the hook's key", String(key.dropFirst(6))),
        ]
    }

    @Test func `is told of taint, need of a person and end, in this order, signed, and of no secret`() async throws {
        try await Self.with { world, receiver in
            let before = try await Self.markers(world)
            let open = try await world.program.run("rotate", World.app, "--leak", "--json")
            #expect(open.status == .exited(82), "\(open.errors)")
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run("rotate", "resume", input: .text(new))
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
            let arrivals = Self.told(receiver.arrivals)
            #expect(
                try Self.types(arrivals) == ["rotation.tainted", "rotation.needs_person", "rotation.closed"])
            let id = try #require(open.json["id"] as? String)
            for arrival in arrivals {
                #expect(Self.isSigned(arrival))
                #expect(arrival.headers["content-type"] == "application/json")
                let notice = try Self.json(arrival.body)
                let data = try #require(notice["data"] as? [String: Any])
                #expect(notice["version"] as? Int == 1 && data["rotation"] as? String == id)
                #expect(data["app"] as? String == World.app && data["mode"] as? String == "leak")
                #expect(notice["id"] as? String == arrival.headers["webhook-id"])
            }
            let need = try #require(try Self.json(arrivals[1].body)["data"] as? [String: Any])
            #expect((need["to_do"] as? [String])?.last == "then: coffer rotate resume \(id)")
            #expect((need["link"] as? String)?.hasPrefix("https://") == true)
            let closed = try #require(try Self.json(arrivals[2].body)["data"] as? [String: Any])
            #expect(closed["state"] as? String == "closed" && closed["left_count"] as? Int == 0)
            for marker in try await before + Self.markers(world) {
                for arrival in arrivals {
                    #expect(!marker.isIn(arrival.body), "\(marker.name)")
                    let fields = arrival.headers.map { "\($0): \($1)" }.joined(separator: "\n")
                    #expect(!marker.isIn(Array(fields.utf8)), "\(marker.name)")
                }
                for (name, bytes) in world.program.home.files() where name.contains("coffer/") {
                    #expect(!marker.isIn(bytes), "\(marker.name) is in \(name)")
                }
            }
        }
    }

    @Test func `is told again under the same id after a kill, and not of what it has heard`() async throws {
        try await Self.with { world, receiver in
            receiver.hold()
            let (_, killed) = try await world.program.start(["rotate", World.app, "--leak"]) { running in
                await receiver.waitForArrivals(1)
                running.send(SIGKILL)
            }
            #expect(killed.status == .signaled(SIGKILL))
            receiver.release()
            for _ in 0..<2 {
                let waiting = try await world.program.run("rotate", "resume")
                #expect(waiting.status == .exited(82), "\(waiting.errors)")
            }
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run("rotate", "resume", input: .text(new))
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
            let arrivals = receiver.arrivals
            let first = Array(arrivals.prefix { Self.ids([$0]) == Self.ids([arrivals[0]]) })
            #expect(first.count >= 2 && first.allSatisfy { $0.body == first[0].body })
            let rest = Self.told(arrivals.dropFirst(first.count))
            #expect(
                try Self.types(Array(first.suffix(1)) + rest)
                    == ["rotation.tainted", "rotation.needs_person", "rotation.closed"])
            #expect(Set(Self.ids(arrivals)).count == 3)
        }
    }

    @Test func `that answers 500 is told again, one that refuses in the next run`() async throws {
        try await Self.with { world, receiver in
            receiver.answer(each: [[500, 204], [404]])
            let open = try await world.program.run("rotate", World.app, "--leak")
            #expect(open.status == .exited(82), "\(open.errors)")
            let types = try Self.types(receiver.arrivals)
            #expect(types.prefix(2) == ["rotation.tainted", "rotation.tainted"], "\(types)")
            #expect(Set(types.drop { $0 == "rotation.tainted" }) == ["rotation.needs_person"], "\(types)")
            #expect(Set(Self.ids(receiver.arrivals)).count == 2)
            let missed = open.errorLines.filter { $0.contains("has not heard") }
            #expect(missed.count == 1, "\(open.errors)")
            #expect(
                missed.first?.contains("the webhook at 127.0.0.1 has not heard") == true
                    && missed.first?.contains("it answered with status 404") == true)
            let before = receiver.arrivals
            receiver.answer(each: [])
            let again = try await world.program.run("rotate", "resume")
            #expect(again.status == .exited(82) && !again.errors.contains("has not heard"), "\(again.errors)")
            let anew = Self.told(receiver.arrivals.dropFirst(before.count))
            #expect(Self.ids(anew) == Self.ids(before.suffix(1)))
            #expect(receiver.arrivals.allSatisfy(Self.isSigned))
        }
    }

    @Test func `that hangs holds up no containment`() async throws {
        try await Self.with { world, receiver in
            let replacing = try ReplacingProgram(in: world.program.home, for: world.sandbox)
            try await world.succeed(replacing.setting)
            let old = world.sandbox.integration.clientSecret
            receiver.hold()
            let (line, end) = try await world.program.start(["rotate", World.app, "--leak"]) { running in
                let line = await running.line(containing: "the rotation is closed")
                // Where the rotation took longer than an answer is waited for, the same notice was sent again.
                #expect(Set(Self.ids(receiver.arrivals)).count == 1, "nobody has answered yet")
                #expect(world.sandbox.integration.clientSecret != old)
                receiver.release()
                return line
            }
            #expect(line != nil && [.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
            let types = try Self.types(receiver.arrivals)
            #expect(types.first == "rotation.tainted", "\(types)")
            #expect(Array(types.drop { $0 == "rotation.tainted" }) == ["rotation.closed"], "\(types)")
            #expect(Set(Self.ids(receiver.arrivals)).count == 2)
            #expect(!end.errors.contains("has not heard"), "\(end.errors)")
        }
    }

    @Test func `that is a program gets each on standard input, no shell, and nothing of Coffer's`() async throws {
        try await World.with { world in
            let home = world.program.home
            let script = """
                #!/bin/sh
                cat >>"\(home.path)/heard"; echo >>"\(home.path)/heard"
                { pwd; env; printf '%s\\n' "$@"; } >"\(home.path)/seen"
                echo told >&2
                """
            let path = try home.write(script.utf8, to: "tell", mode: 0o700)
            let before = try await Self.markers(world).dropLast()
            let open = try await world.program.run(
                "rotate", World.app, "--leak", "--notify-command", path, "--notify-argument", "$(echo made-up)",
                environment: ["LD_LIBRARY_PATH": "/made-up"])
            #expect(open.status == .exited(82), "\(open.errors)")
            #expect(open.errorLines.filter { $0 == "coffer: tell: told" }.count == 2, "\(open.errors)")
            let lines = try String(contentsOfFile: "\(home.path)/heard", encoding: .utf8).split(separator: "\n")
            let types = try lines.map { try Self.json($0.utf8)["type"] as? String }
            #expect(types == ["rotation.tainted", "rotation.needs_person"])
            let seen = try String(contentsOfFile: "\(home.path)/seen", encoding: .utf8)
            #expect(seen.hasPrefix("/\n") && seen.hasSuffix("$(echo made-up)\n"))
            #expect(!seen.contains("COFFER") && !seen.contains("LD_LIBRARY_PATH") && seen.contains("HOME="))
            for marker in before { #expect(!marker.isIn(Array((lines.joined() + seen).utf8)), "\(marker.name)") }

            // One that fails, or is not there, is a line and nothing more.
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run(
                "rotate", "resume", "--notify-command", "/made-up/program", input: .text(new))
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
            #expect(end.errors.contains("the program program has not heard that"), "\(end.errors)")
        }
    }

    @Test func `can't be set to what can't be told, or with what does not belong together`() async throws {
        try await World.with(accounts: []) { world in
            try await world.succeed("put", "main/key", input: .text("made-up-and-no-key"))
            let open = try world.program.home.write("#!/bin/sh\n".utf8, to: "open", mode: 0o777)
            for (arguments, status, text) in [
                (["--notify-command", "relative"], Int32(64), "absolute path"),
                (["--notify-command", "/made-up/program"], 66, "there is no file"),
                (["--notify-command", open], 78, "can be written by others"),
                (["--notify-argument", "x"], 64, "goes with --notify-command"),
                (["--webhook", "https://alerts.example.com/"], 64, "go together"),
                (["--webhook", "http://alerts.example.com/", "--key", "main/key"], 78, "loopback only"),
                (["--webhook", "https://alerts.example.com/", "--key", "main/key"], 65, "whsec_"),
                (["--webhook", "https://alerts.example.com/", "--key", "main/none"], 66, "there is no secret"),
                (["--webhook", "https://alerts.example.com/", "--key", World.app], 64, "not a secret"),
            ] {
                let end = try await world.program.run(["rotate", "hooks"] + arguments)
                #expect(end.status == .exited(status) && end.errors.contains(text), "\(arguments): \(end.errors)")
                #expect(!end.errors.contains("made-up-and-no-key"))
            }
            #expect(try await world.succeed("rotate", "hooks").text.contains("nobody"))
        }
    }

    @Test func `is received by the program that the documentation shows`() async throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/hooks.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let example = try #require(text.firstMatch(of: /```python\n(#!.*?\n)```\n/.dotMatchesNewlines())).1
        try await World.with { world in
            let home = world.program.home
            let shown = try home.write(example.utf8, to: "receiver", mode: 0o700)
            let keyFile = try home.write(Self.key.utf8, to: "hook-key")
            let (heard, _) = try await world.program.start(
                [shown, keyFile, "0"], script: #"exec "$1" "$2" "$3" 1>&2"#
            ) { running -> [String] in
                let line = try #require(await running.line(containing: "listening on "))
                let port = try #require(line.split(separator: " ").last)
                let url = "http://127.0.0.1:\(port)/"
                try await world.succeed("put", "main/hook-key", input: .text(Self.key + "\n"))
                try await world.succeed("rotate", "hooks", "--webhook", url, "--key", "main/hook-key")
                let open = try await world.program.run("rotate", World.app, "--leak")
                #expect(open.status == .exited(82) && !open.errors.contains("has not heard"), "\(open.errors)")
                let heard = [await running.nextLine(), await running.nextLine()].compactMap(\.self)
                // The same notices with another key: nobody's.
                let other = "whsec_" + Data(repeating: 3, count: 32).base64EncodedString()
                try await world.succeed("put", "main/hook-key", input: .text(other))
                let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                let end = try await world.program.run("rotate", "resume", input: .text(new))
                #expect(end.errors.contains("it answered with status 401"), "\(end.errors)")
                running.send(SIGKILL)
                return heard
            }
            #expect(heard.count == 2)
            #expect(heard.first?.hasPrefix("rotation.tainted main/crm") == true, "\(heard)")
            #expect(heard.last?.hasPrefix("rotation.needs_person main/crm") == true, "\(heard)")
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A command that is run on a terminal` {
    /// Runs a command on a pseudoterminal of 24 lines and 91 columns, types when a text stands there, and prints what is on the screen
    /// and, last, how it ended.
    private static let onTerminal = #"""
        import fcntl, json, os, pty, signal, struct, sys, termios
        typed = json.loads(sys.argv[1])
        pid, terminal = pty.fork()
        if pid == 0:
            # Here, as out there it might come when the size was asked for already.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 91, 0, 0))
            os.execvp(sys.argv[2], sys.argv[2:])
        signal.alarm(80)
        screen = b""
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            if not piece:
                break
            screen += piece
            while typed and typed[0][0].encode() in screen:
                os.write(terminal, typed.pop(0)[1].encode())
        print(screen.decode(errors="replace").replace("\r\n", "\n") + "status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """#

    /// What is typed when a text stands on the screen.
    private typealias Typing = (when: String, what: String)

    private func screen(typing: [Typing], _ script: String) async throws -> String {
        try await RunWorld.with { world in try await screen(world, typing, RunWorld.arguments(script)) }
    }

    private func screen(_ world: RunWorld, _ typing: [Typing], _ arguments: [String], shell: String = "") async throws
        -> String
    {
        let file = try world.program.home.write(Array(Self.onTerminal.utf8), to: "terminal.py")
        let typed = try JSONEncoder().encode(typing.map { [$0.when, $0.what] })
        let end = try await world.program.run(
            arguments, environment: ["TYPED": String(decoding: typed, as: UTF8.self)],
            script:
                "COFFER=$0; export COFFER; exec python3 '\(file)' \"$TYPED\" \(shell.isEmpty ? "\"$0\" \"$@\"" : shell)"
        )
        return end.text + end.errors
    }

    @Test func `has one of its own, as large as ours, and is masked on it`() async throws {
        let screen = try await screen(
            typing: [("name?", "Ada\n")],
            #"test -t 0 && test -t 1 && test -t 2 && stty size; printf 'name? '; read -r name; echo "$name $TOKEN""#)
        #expect(screen == "24 91\nname? Ada\nAda ***\nstatus 0\n")
    }

    @Test func `is ended by its interrupt key, and ours works again`() async throws {
        let screen = try await screen(typing: [("ready", "\u{3}")], "echo ready; sleep 60")
        #expect(screen == "ready\n^Cstatus 130\n")
    }

    @Test func `reads a password that is not shown`() async throws {
        let screen = try await screen(
            typing: [("password?", "made-up-word\n")],
            #"stty -echo; printf 'password? '; read -r word; stty echo; echo; [ "$word" = made-up-word ] && echo right"#
        )
        #expect(screen == "password? \nright\nstatus 0\n")
    }

    @Test func `whose output goes elsewhere is stopped and goes on as the shell's job`() async throws {
        try await RunWorld.with { world in
            let script = #"kill -STOP $$; echo went""on >/dev/tty; cat; echo clo""sed >/dev/tty"#
            let command = #""$COFFER" run --env T=coffer://main/key -- sh -c '"# + script + "' >out 2>err"
            let screen = try await screen(
                world,
                [
                    ("bash-", command + "\n"), ("Stopped", "fg\n"), ("wenton", "a line\n\u{4}"),
                    ("closed", "echo en\"\"ded $?; exit\n"),
                ], [], shell: "bash --norc --noprofile -i")
            #expect(screen.contains("Stopped") && screen.contains("ended 0"), "\(screen)")
            let output = try Data(contentsOf: URL(fileURLWithPath: world.program.home.path + "/out"))
            #expect(String(decoding: output, as: UTF8.self) == "a line\n")
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension Program {
    /// What somebody at a terminal does once a text stands there.
    enum Turn {
        /// Types a text.
        case types(String, at: String)
        /// Closes the terminal.
        case closes(at: String)

        fileprivate var json: [String] {
            switch self {
            case .types(let text, let place): [place, "type", text]
            case .closes(let place): [place, "close", ""]
            }
        }
    }

    /// How a command at a terminal ended.
    struct Sitting {
        /// The exit status; negative for the signal that ended it.
        let status: Int
        /// What stood on the terminal.
        let screen: String
    }

    /// Runs a command at a terminal of its own, which it is the leader of as of one that a person opens.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's name.
    ///   - turns: what is done, in order; what is read before a turn's text is passed over.
    /// - Returns: how it ended.
    /// - Throws: where a text did not come.
    func sit(_ arguments: [String], _ turns: [Turn]) async throws -> Sitting {
        let script = try home.write(Self.terminal.utf8, to: "terminal.py", mode: 0o700)
        let told = try JSONSerialization.data(withJSONObject: turns.map(\.json))
        let end = try await run(
            arguments, environment: ["TURNS": String(decoding: told, as: UTF8.self), "TERMINAL": script],
            script: #"exec python3 "$TERMINAL" "$0" "$@""#)
        let status = try #require(end.json["status"] as? Int, "\(arguments): \(end.text)\(end.errors)")
        return Sitting(status: status, screen: end.json["screen"] as? String ?? "")
    }

    private static let terminal = """
        import json, os, pty, select, sys

        turns = json.loads(os.environ.pop("TURNS"))
        os.environ.pop("TERMINAL")
        number, terminal = pty.fork()
        if number == 0:
            os.execv(sys.argv[1], sys.argv[1:])
        screen, place = b"", 0

        def more():
            if not select.select([terminal], [], [], 60)[0]:
                sys.exit("nothing more came: %r" % screen)
            try:
                return os.read(terminal, 65536)
            except OSError:
                # Nobody has the other end any more.
                return b""

        for text, deed, typed in turns:
            while text.encode() not in screen[place:]:
                read = more()
                if not read:
                    sys.exit("%s never came: %r" % (text, screen))
                screen += read
            place = screen.index(text.encode(), place) + len(text.encode())
            if deed == "type":
                os.write(terminal, typed.encode())
            else:
                os.close(terminal)
                terminal = None
        while terminal is not None:
            read = more()
            if not read:
                break
            screen += read
        status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        print(json.dumps({"status": status, "screen": screen.decode(errors="replace")}))

        """
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension ReplacingProgram {
    /// A program in Python that replaces a static secret where it comes from, which is a file beside it with the values in force.
    static func ofValues(_ present: String, in home: Home) throws -> ReplacingProgram {
        let program = try ReplacingProgram(values, named: "replace-value", in: home, arguments: [])
        try home.write(JSONSerialization.data(withJSONObject: [[present, ""]]), to: "held")
        return program
    }

    /// The values that are in force where they come from.
    static func held(in home: Home) throws -> [String] {
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(home.path)/held"))
        let rows = try JSONSerialization.jsonObject(with: data) as? [[String]] ?? []
        return rows.compactMap(\.first)
    }

    /// What it was asked to do, in order.
    func operations() throws -> [String] { try asked().compactMap { $0["operation"] as? String } }

    /// Forgets what it was asked so far.
    func forget() throws {
        let log = "\(folder)/asked"
        if FileManager.default.fileExists(atPath: log) { try FileManager.default.removeItem(atPath: log) }
    }

    /// How often it was asked for a new value since; nothing where it was asked nothing.
    var requestCount: Int { ((try? operations()) ?? []).count { $0 == "replace" || $0 == "add" } }

    private static let values = """
        #!/usr/bin/env python3
        import json, os, signal, sys

        here = os.path.dirname(os.path.abspath(__file__))
        asked = json.load(sys.stdin)
        with open(here + "/asked", "a") as log:
            seen = {name: asked.get(name) for name in ("operation", "subject", "path", "rotation", "attempt")}
            seen.update(args=sys.argv, variables=dict(os.environ), members=sorted(asked))
            log.write(json.dumps(seen) + "\\n")
        with open(here + "/held") as file:
            held = json.load(file)
        label = "%s-%s" % (asked["rotation"], asked.get("attempt"))

        def keep(rows):
            with open(here + "/held.new", "w") as file:
                json.dump(rows, file)
            os.rename(here + "/held.new", here + "/held")

        def answer(**members):
            print(json.dumps(dict(members, version=1)))
            sys.exit()

        operation = asked["operation"]
        if operation == "check":
            answer(result="accepted" if asked["candidate"] in [row[0] for row in held] else "refused")
        if operation == "inspect":
            found = [row[0] for row in held if row[1] == label]
            if found:
                answer(result="held", value=found[0])
            answer(result="absent")
        if operation == "remove":
            keep([row for row in held if row[0] != asked["old_value"]])
            answer(result="removed")
        new = "MARKER-made-up-%s" % os.urandom(16).hex()
        others = [row for row in held if row[0] not in asked["unwanted_values"]] if operation == "add" else []
        keep(others + [[new, label]])
        if os.path.exists(here + "/hang"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            with open(here + "/hang", "w") as file:
                file.write(str(os.getpid()))
            while True:
                signal.pause()
        print("made one", file=sys.stderr)
        answer(result="made", value=new)

        """
}

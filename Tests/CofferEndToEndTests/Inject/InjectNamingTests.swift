// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A file that is being written` {
    /// Whether files can be made there that have no name (`O_TMPFILE`, open(2)).
    private static let takesUnnamedFiles: Bool = {
        #if os(Linux)
        let number = open(NSTemporaryDirectory(), 0o20000000 | O_DIRECTORY | O_WRONLY, 0o600)
        if number >= 0 { close(number) }
        return number >= 0
        #else
        return false
        #endif
    }()

    @Test(.enabled(if: takesUnnamedFiles)) func `has no name that a kill could leave behind`() async throws {
        try await RunWorld.with { world in
            let home = world.program.home
            let text = Array("{{ coffer://main/key }}\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 15 << 20)
            let template = try home.write(text, to: "template")
            let folder = home.path + "/written"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            var seen: Set<String> = []
            let (_, end) = try await world.program.start(["inject", template, "--output", "\(folder)/out"]) { running in
                // It takes many looks to write and sync so much.
                while !running.hasEnded {
                    seen.formUnion(try FileManager.default.contentsOfDirectory(atPath: folder))
                    await Task.yield()
                }
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(seen.subtracting(["out"]).isEmpty)
            #expect(home.files()["written/out"]?.count == text.count - 23 + RunWorld.secret.utf8.count)
        }
    }
}

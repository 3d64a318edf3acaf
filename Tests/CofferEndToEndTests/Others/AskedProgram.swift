// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Synchronization
import Testing

/// A running program that holds a provider, and is asked for credentials.
struct AskedProgram {
    private let running: RunningProgram

    /// Asks for a path: `ok VERSION VALUE` or `no CODE`.
    func ask(_ path: String) async -> String {
        await running.write(path + "\n")
        return await running.nextLine() ?? "it has ended"
    }

    /// Runs a body beside such a program.
    static func with(
        _ program: Program, identity: String? = nil, _ body: (AskedProgram) async throws -> Void
    ) async throws {
        let path = URL(fileURLWithPath: Program.path).deletingLastPathComponent().appendingPathComponent("CofferAsker")
        var environment = ["ASKER": path.path]
        if let identity { environment["COFFER_IDENTITY_FILE"] = identity }
        let (_, end) = try await program.start(
            [], input: .open, environment: environment, script: #"exec "$ASKER""#
        ) { try await body(AskedProgram(running: $0)) }
        #expect(end.status == .exited(0), "\(end.errors)")
    }

    /// Asks without a pause while an action goes on elsewhere, and then some more.
    ///
    /// - Returns: the answers that were asked for before the action had returned, and those after.
    func ask(
        _ path: String, during action: @escaping @Sendable () async throws -> Void
    ) async throws -> (before: [String], after: [String]) {
        // It has the value in its memory before anything happens.
        var before = [await ask(path)]
        let isOver = Over()
        let acting = Task {
            defer { isOver.set() }
            try await action()
        }
        while !isOver.isSet { before.append(await ask(path)) }
        try await acting.value
        var after: [String] = []
        for _ in 1...20 { after.append(await ask(path)) }
        return (before, after)
    }

    private final class Over: Sendable {
        private let value = Mutex(false)
        var isSet: Bool { value.withLock { $0 } }
        func set() { value.withLock { $0 = true } }
    }
}

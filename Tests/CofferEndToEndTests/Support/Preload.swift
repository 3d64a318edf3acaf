// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// What programs under test preload: libraries of `Chaos`, made anew for each run of the tests, beside the program.
///
/// There are none without a C compiler, or on another system than Linux.
enum Preload {
    /// Their wall clock: ``ProgramClock``.
    static let clock = Task { () -> String? in await Preload.made("clock") }

    /// Their death after a commit: ``KilledRotation``.
    static let commits = Task { () -> String? in await Preload.made("commits") }

    private static func made(_ name: String) async -> String? {
        #if os(Linux)
        let root = (0..<4).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        let library = URL(filePath: Program.path).deletingLastPathComponent().appending(path: "program-\(name).so").path
        let draft = "\(library)-\(ProcessInfo.processInfo.processIdentifier)"
        for compiler in ["cc", "clang"] {
            let end = try? await Subprocess.run(
                .name(compiler),
                arguments: ["-O1", "-shared", "-fPIC", "-o", draft, root.appending(path: "Chaos/\(name).c").path],
                output: .discarded)
            guard end?.terminationStatus.isSuccess == true, rename(draft, library) == 0 else { continue }
            return library
        }
        #endif
        return nil
    }
}

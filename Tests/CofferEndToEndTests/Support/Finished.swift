// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess

/// How a child ended, and what it said.
struct Finished: Sendable {
    /// The exit status, or the signal that ended it.
    let status: TerminationStatus
    /// Standard output, byte for byte.
    let output: [UInt8]
    /// Standard error, byte for byte.
    let errorBytes: [UInt8]
    /// What stood in /proc/PID/cmdline just after it started; empty if it had ended by then.
    let commandLine: [UInt8]

    /// Standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Standard error as text.
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// The lines of standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

    /// Standard output as a JSON object; empty if it is none.
    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(output)) as? [String: Any]) ?? [:] }
}

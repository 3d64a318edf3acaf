// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

@testable import CofferKeeper

/// A log that keeps its lines.
final class RecordedLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var log: KeeperLog { KeeperLog(Logger(label: "test") { _ in Handler(record: self) }) }

    private struct Handler: LogHandler {
        let record: RecordedLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { record.lines.withLock { $0.append(event.message.description) } }
    }
}

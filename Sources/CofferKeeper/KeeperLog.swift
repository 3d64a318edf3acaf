// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Where the keeper says what an operator should know: sentences without secrets, never a body or a header.
package struct KeeperLog: Sendable {
    private let logger: Logger

    /// Writes to a logger.
    package init(_ logger: Logger) { self.logger = logger }

    /// Writes nowhere.
    package static var silent: KeeperLog { KeeperLog(Logger(label: "coffer") { _ in SwiftLogNoOpLogHandler() }) }

    func debug(_ sentence: String, _ facts: Logger.Metadata = [:]) { logger.debug("\(sentence)", metadata: facts) }
    func info(_ sentence: String, _ facts: Logger.Metadata = [:]) { logger.info("\(sentence)", metadata: facts) }
    func notice(_ sentence: String) { logger.notice("\(sentence)") }
    func warning(_ sentence: String) { logger.warning("\(sentence)") }
}

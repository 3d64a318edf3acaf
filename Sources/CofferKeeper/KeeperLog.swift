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

    func info(_ sentence: String) { logger.info("\(sentence)") }
    func notice(_ sentence: String) { logger.notice("\(sentence)") }
    func warning(_ sentence: String) { logger.warning("\(sentence)") }
}

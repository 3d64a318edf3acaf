// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How long anybody waits for the database.
enum Bounds {
    /// To be connected, and to have one's turn on a connection.
    static let turn = Duration.seconds(15)
    /// For another writer, in milliseconds: as long as for one of a vault in a file.
    static let lockMilliseconds = 5000
    /// For one statement, in milliseconds: reading a million rows takes a few seconds.
    static let statementMilliseconds = 30_000
    /// For one statement that changes the tables, in milliseconds: an index of millions of rows takes minutes.
    static let upgradeMilliseconds = 3_600_000
    /// What the server lets a transaction stand open in which nobody asks anything, in milliseconds: a writer that was stopped
    /// must not keep all others out.
    static let idleMilliseconds = 30_000
    /// For the answer to a statement: longer than the server takes to give up, so that it is what gives up first.
    static let answer = Duration.seconds(35)
    /// For the answer to one that changes the tables.
    static let upgradeAnswer = Duration.seconds(3605)
    /// For a lock of an entry: whoever wants one refreshes, and is waited for.
    static let lockAnswer = Duration.seconds(5)
    /// For the end of a transaction that has read: nobody needs it, and who reads next waits behind it.
    static let readEnd = Duration.seconds(5)
    /// How often a transaction is begun that met another's, or a connection that was gone.
    static let tries = 5
}

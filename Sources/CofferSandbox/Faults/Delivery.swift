// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What the network does with a connection in place of, or along with, an answer.
enum Delivery: Sendable {
    /// A complete answer.
    case answer(Reply)
    /// The head and half of the body, then the connection closes.
    case truncated(Reply)
    /// The head and one byte of the body, then a TCP reset.
    case broken(Reply)
    /// The head, then the body byte by byte.
    case drip(Reply, interval: Duration)
    /// A body without an end.
    case endless
    /// No byte; the connection stays until the client closes it or the sandbox stops.
    case hang
    /// No byte; the connection closes at once, with a TCP reset or without.
    case cut(resetting: Bool)

    /// Whether the answer is out as soon as it is written.
    var isWhole: Bool {
        if case .answer = self { true } else { false }
    }

    /// The status a client sees, `nil` if it sees none.
    var status: Int? {
        switch self {
        case .answer(let reply), .truncated(let reply), .broken(let reply), .drip(let reply, _): reply.status
        case .endless: 200
        case .hang, .cut: nil
        }
    }
}

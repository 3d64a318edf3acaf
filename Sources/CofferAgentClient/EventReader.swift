// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Takes server-sent events apart for what they are about (https://html.spec.whatwg.org/multipage/server-sent-events.html).
///
/// A pure value. The agent ends its lines with a line feed, and gives each event one line of data. Which event it is does not matter: where
/// something has happened, nothing is remembered, and one that names no path is about everything.
struct EventReader {
    /// The longest line, in bytes: 16 KiB, many times what the agent writes.
    private static let longest = 16 << 10

    private static let dataField = Array("data:".utf8)

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var isEvent = false

    /// Takes what has come, in pieces of any length.
    ///
    /// - Returns: what the events that it ends are about, in their order.
    /// - Throws: ``CredentialError`` `damaged` for a line that does not end.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(CredentialError) -> [AgentNews] {
        var news: [AgentNews] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let one = endLine() { news.append(one) }
            } else {
                guard line.count < Self.longest else {
                    throw CredentialError(.damaged, message: "the agent's events make no sense")
                }
                line.append(byte)
            }
        }
        return news
    }

    private mutating func endLine() -> AgentNews? {
        guard line.isEmpty else {
            if line.starts(with: Self.dataField) { data = Array(line.dropFirst(Self.dataField.count)) }
            // A line that begins with a colon says that somebody is still there, and nothing else.
            if line.first != UInt8(ascii: ":") { isEvent = true }
            line.removeAll(keepingCapacity: true)
            return nil
        }
        guard isEvent else { return nil }
        let reading = JSONReader.read(Secret(bytes: data))
        (data, isEvent) = ([], false)
        guard reading.isWhole, case .text? = reading.value?["path"], let path = reading.value?["path"]?.plainText else {
            return .everything
        }
        return .below(path)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// One question to an agent by a process that does nothing else meanwhile: no event loop, no thread, no client library.
///
/// ```
/// connect → is it this user's? → request → head: 200 and a length → content
///    └ no: nothing                            └ no: nothing        └ breaks off, late: lost
/// ```
///
/// Whoever gets nothing asks in the usual way, which also tells what is wrong. What may have been handed out already is not asked for again.
package struct AgentQuestion: Sendable {
    /// What came of it.
    package enum Outcome: Sendable {
        /// Nothing was handed out that anybody knows of.
        case nothing
        /// The content of an answer with status 200.
        case content(Secret)
        /// Such an answer broke off.
        case brokenOff
        /// The time was over.
        case late
    }

    private let path: String
    private let patience: Duration
    private let silence: Duration
    private let lifeSign: Duration

    /// Names the socket, whose place has been judged.
    ///
    /// - Parameters:
    ///   - path: The socket's name.
    ///   - patience: How long an answer is waited for.
    ///   - silence: After how long without a byte it is looked whether anybody is there at all.
    ///   - lifeSign: How long is waited for that.
    package init(
        at path: String, patience: Duration, silence: Duration = .seconds(5), lifeSign: Duration = .seconds(5)
    ) {
        self.path = path
        self.patience = patience
        self.silence = silence
        self.lifeSign = lifeSign
    }

    /// Asks for an access token.
    ///
    /// - Parameters:
    ///   - connection: Its path.
    ///   - minimumValidity: How long it must be good for; of whole seconds.
    ///   - vaultFile: The vault's file, which the agent must have open; it refuses otherwise.
    /// - Returns: what came.
    package func token(
        _ connection: CredentialPath, minimumValidity: Duration?, from vaultFile: String
    ) -> Outcome {
        let validity = minimumValidity.map { "&min_valid_seconds=\($0.components.seconds)" } ?? ""
        // A path has no character that a query would need encoded.
        return ask("\(AgentEndpoint.token.rawValue)?path=\(connection)&vault_file=\(vaultFile)\(validity)")
    }

    /// The bytes of a request for a target in origin form, whose connection ends with the answer.
    static func request(_ target: String) -> String {
        "GET \(target) HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n\r\n"
    }

    private func ask(_ target: String) -> Outcome {
        guard let line = PolledLine(to: path), line.send(Self.request(target)) else { return .nothing }
        let end = ContinuousClock.now + patience
        var (head, last) = (PlainHead.unfinished, PolledLine.Received.end)
        let first = Secret(byteCount: PlainHead.longest) { room in
            last = beginning(line, room, until: end)
            var count = 0
            while case .bytes(let more) = last {
                count += more
                head = PlainHead(reading: UnsafeRawBufferPointer(rebasing: room[..<count]))
                guard head == .unfinished else { break }
                last = line.receive(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]), until: end)
            }
            return count
        }
        guard case .content(let start, let byteCount) = head else { return last == .late ? .late : .nothing }
        let content = Secret(byteCount: byteCount) { room in
            var count = first.withExposedBytes { bytes in
                room.copyBytes(from: bytes[start...])
                return bytes.count - start
            }
            while count < byteCount {
                last = line.receive(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]), until: end)
                guard case .bytes(let more) = last else { break }
                count += more
            }
            return count
        }
        guard content.byteCount == byteCount else { return last == .late ? .late : .brokenOff }
        return .content(content)
    }

    /// Waits for the first bytes.
    ///
    /// A token may have to be refreshed first, which takes its time; of an agent that is stopped nothing comes at all, and who asks
    /// in the usual way finds that out before he asks for a token.
    private func beginning(
        _ line: PolledLine, _ room: UnsafeMutableRawBufferPointer, until end: ContinuousClock.Instant
    ) -> PolledLine.Received {
        let first = line.receive(into: room, until: min(end, ContinuousClock.now + silence))
        guard first == .late else { return first }
        return isAnybodyThere ? line.receive(into: room, until: end) : .end
    }

    private var isAnybodyThere: Bool {
        guard let line = PolledLine(to: path), line.send(Self.request(AgentEndpoint.health.rawValue)) else {
            return false
        }
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { room -> Bool in
            guard case .bytes = line.receive(into: room, until: ContinuousClock.now + lifeSign) else { return false }
            return true
        }
    }
}

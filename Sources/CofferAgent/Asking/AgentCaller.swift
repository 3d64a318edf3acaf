// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferKeeper
import Dispatch
import Foundation
import NIOCore

/// Asks a running agent to lock and to unlock.
package struct AgentCaller: Sendable {
    /// What is read of an answer.
    private struct Said: Decodable {
        struct Failure: Decodable {
            let code: String
            let message: String
        }

        let status: String?
        let unlockNeeds: String?
        let error: Failure?

        enum CodingKeys: String, CodingKey {
            case status, error
            case unlockNeeds = "unlock_needs"
        }
    }

    private static let queue = DispatchQueue(label: "coffer.agent.caller")

    /// The socket's name.
    let path: String

    /// Names the socket.
    package init(socket path: String) {
        self.path = path
    }

    /// What unlocking takes; nil if the agent is not locked.
    ///
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says.
    package func need() async throws -> KeeperOpening.Need? {
        let said = try await ask(.health)
        guard said?.status == "locked" else { return nil }
        return said?.unlockNeeds.flatMap { KeeperOpening.Need(rawValue: $0) } ?? .nothing
    }

    /// Whether somebody who connects is dealt with: answered, or sent away where too many are there.
    func isAnswered() async -> Bool {
        let request = ByteBuffer(string: AgentQuestion.request(AgentEndpoint.health.rawValue))
        return (try? await exchange(request)) != nil
    }

    /// Has the agent let go of every key; when this returns it has.
    ///
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says.
    package func lock() async throws {
        _ = try await ask(.lock)
    }

    /// Has the agent open its vault again.
    ///
    /// - Parameter passphrase: What the identity is kept under, where that is needed.
    /// - Throws: ``AgentError`` `unreachable`, and what the agent says: `wrong_passphrase`, `misconfigured`, `busy`.
    package func unlock(_ passphrase: Secret?) async throws {
        let body = JSONWriter(byteCount: (passphrase?.byteCount ?? 0) * 6 + 32) { object in
            if let passphrase { object.member("passphrase", revealing: passphrase) }
        }
        _ = try await ask(.unlock, body.buffer)
    }

    /// Sends a request; an answer without content is nil.
    private func ask(_ endpoint: AgentEndpoint, _ body: ByteBuffer = ByteBuffer()) async throws -> Said? {
        guard let content = try await content(of: endpoint, body) else { return nil }
        guard let said = try? JSONDecoder().decode(Said.self, from: content) else {
            throw AgentError(.unreachable, "what serves at \(path) is no agent")
        }
        if let failure = said.error { throw AgentError(.init(rawValue: failure.code), failure.message) }
        return said
    }

    /// Sends a request, and takes the content of the answer; nil for none.
    func content(of endpoint: AgentEndpoint, _ body: ByteBuffer = ByteBuffer()) async throws -> Data? {
        let head = "\(endpoint.method) \(endpoint.rawValue) HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n"
        let length = endpoint.method == "POST" ? "Content-Length: \(body.readableBytes)\r\n\r\n" : "\r\n"
        var request = ByteBuffer(string: head + length)
        request.writeImmutableBuffer(body)
        let answer = Data(try await exchange(request))
        guard !answer.isEmpty else {
            throw AgentError(.unreachable, "the agent at \(path) hung up; it has too much to do, or is ending")
        }
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else {
            throw AgentError(.unreachable, "what serves at \(path) is no agent")
        }
        let content = Data(answer[end.upperBound...])
        return content.isEmpty ? nil : content
    }

    private func exchange(_ request: ByteBuffer) async throws -> [UInt8] {
        let line = try AgentLine()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Self.queue.async { [path] in
                    continuation.resume(with: Result { try line.exchange(request, at: path) })
                }
            }
        } onCancel: {
            line.interrupt()
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferAgent
import CofferCredentials
import CofferHTTP
import NIOCore
import NIOHTTP1

/// One client's connection: its requests one after the other, each passed on and answered.
///
/// A client that ends its half of the connection is taken to have gone: what is under way for it is given up.
struct ProxyConnection: Sendable {
    typealias Channel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    let channel: Channel
    let path: CredentialPath
    let client: APIClient
    let rules: RequestRules
    let connections: AgentConnections
    let waiting: WaitingConnections

    /// Serves until the client goes, says something that is no request, or is too slow.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await converse() }
            // Whoever goes leaves nothing behind that waits for its place under the limit.
            group.addTask { _ = try? await channel.channel.closeFuture.get() }
            _ = await group.next()
            group.cancelAll()
        }
        waiting.end(channel.channel)
    }

    private func converse() async {
        // What breaks a connection is its client's to see.
        try? await channel.executeThenClose { inbound, outbound in
            let parts = ClientParts(inbound.makeAsyncIterator()) { [connections, channel] in
                connections.flowed(channel.channel)
            }
            while try await exchange(parts, outbound) {}
        }
    }

    /// Serves one request.
    ///
    /// - Returns: whether another may come on this connection.
    private func exchange(_ parts: ClientParts, _ outbound: Writer) async throws -> Bool {
        guard waiting.begin(channel.channel) else { return false }
        do {
            guard let head = try await parts.head() else { return false }
            waiting.end(channel.channel)
            // The time for its body begins.
            connections.ended(channel.channel)
            let permit: RequestRules.Permit
            do { permit = try rules.permit(head) } catch {
                // Where the next request would begin is not looked for.
                try await write(ProxyAnswer(error), isHead: head.method == .HEAD, isLast: true, outbound)
                await linger(parts, outbound)
                return false
            }
            connections.proved(channel.channel)
            connections.flowed(channel.channel)
            return try await pass(permit, head, parts, outbound)
        } catch is HTTPParserError {
            let refusal = Refusal.malformed("the request is no HTTP, or its header too long")
            try await write(ProxyAnswer(refusal), isHead: false, isLast: true, outbound)
            await linger(parts, outbound)
            return false
        }
    }

    /// Waits until a client that was refused in the midst of sending has read that.
    ///
    /// A connection that is closed before all was read from it is reset, and the answer is lost (RFC 9112 §9.6). Who takes
    /// longer than he may be idle is closed anyway.
    private func linger(_ parts: ClientParts, _ outbound: Writer) async {
        outbound.finish()
        while (try? await parts.skip()) == true {}
        _ = try? await channel.channel.closeFuture.get()
    }

    private func pass(
        _ permit: RequestRules.Permit, _ head: HTTPRequestHead, _ parts: ClientParts, _ outbound: Writer
    ) async throws -> Bool {
        if permit.awaitsWord {
            try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        }
        let request = Self.request(permit, head.method, try await ClientBody(permit.framing, from: parts), parts)
        let response: HTTPClientResponse
        connections.began(channel.channel)
        do {
            response = try await client.execute(request, as: path)
            connections.flowed(channel.channel)
        } catch {
            connections.ended(channel.channel)
            try Task.checkCancellation()
            let isLast = !head.isKeepAlive || !parts.isAtEnd || waiting.isEnding
            let answer = parts.isTooLarge ? ProxyAnswer(RequestRules.tooLarge) : ProxyAnswer(error)
            try await write(answer, isHead: head.method == .HEAD, isLast: isLast, outbound)
            return !isLast
        }
        let isLast = !head.isKeepAlive || !parts.isAtEnd || waiting.isEnding
        try await write(response, isHead: head.method == .HEAD, isLast: isLast, outbound)
        return !isLast
    }

    /// The request as it goes to the account's host; a redirect is the client's to see.
    private static func request(
        _ permit: RequestRules.Permit, _ method: HTTPMethod, _ body: ClientBody, _ parts: ClientParts
    ) -> APIRequest {
        switch body {
        case .none: return APIRequest(relaying: method, target: permit.target, headers: permit.headers, body: nil)
        case .kept(let bytes):
            return APIRequest(relaying: method, target: permit.target, headers: permit.headers, body: bytes)
        case .streamed(let first, let length):
            let stream = StreamedBody(first: first, parts: parts)
            let size: HTTPClientRequest.Body.Length = if let length { .known(Int64(length)) } else { .unknown }
            var request = APIRequest(
                method, target: permit.target, headers: permit.headers, streaming: .stream(stream, length: size))
            request.returnsRedirects = true
            return request
        }
    }

    // MARK: - Answers

    private func write(_ response: HTTPClientResponse, isHead: Bool, isLast: Bool, _ outbound: Writer) async throws {
        var headers = HeaderRules.response(response.headers)
        let hasBody = !isHead && response.status.mayHaveResponseBody
        if hasBody {
            if !headers.contains(name: "Content-Length") { headers.add(name: "Transfer-Encoding", value: "chunked") }
        } else if !isHead, response.status != .notModified {
            // RFC 9110 §8.6.
            headers.remove(name: "Content-Length")
        }
        if isLast { headers.add(name: "Connection", value: "close") }
        try await outbound.write(
            .head(HTTPResponseHead(version: .http1_1, status: response.status, headers: headers)))
        if hasBody {
            for try await chunk in response.body {
                connections.flowed(channel.channel)
                try await outbound.write(.body(.byteBuffer(chunk)))
            }
        }
        try await outbound.write(.end(nil))
        connections.ended(channel.channel)
    }

    private func write(_ answer: ProxyAnswer, isHead: Bool, isLast: Bool, _ outbound: Writer) async throws {
        let content = answer.content
        var headers = content.headers
        if isLast { headers.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: answer.status)
        try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        if !isHead { try await outbound.write(.body(.byteBuffer(content.body))) }
        try await outbound.write(.end(nil))
    }
}

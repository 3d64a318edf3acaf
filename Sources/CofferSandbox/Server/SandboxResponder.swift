// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import NIOCore

/// Brings requests from the network to the emulation and performs what it decides, tricks included.
struct SandboxResponder: HTTPResponder {
    /// What a request carries besides itself: the connection.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    /// Thrown after the connection was closed on purpose: nothing is left to write to.
    private struct ConnectionClosed: Error {}

    /// 64 KiB: sixteen times the longest request there is.
    private static let bodyLimitBytes = 64 * 1024

    let service: SandboxService
    let connections: OpenConnections

    func respond(to request: Request, context: Context) async throws -> Response {
        guard let body = try? await request.body.collect(upTo: Self.bodyLimitBytes) else {
            return Reply.problem(413, title: "Content Too Large", detail: "The body is too long.").response()
        }
        let parsed = ParsedRequest(
            request, bytes: Data(body.readableBytesView), source: context.channel.remoteAddress?.ipAddress ?? "",
            for: service)
        let channel = context.channel
        var ended: @Sendable () -> Void = {}
        let delivery = service.handle(parsed, ended: &ended)
        if !delivery.isWhole {
            let note = ended
            channel.closeFuture.whenComplete { _ in note() }
        }
        switch delivery {
        case .answer(let reply):
            return reply.response()
        case .truncated(let reply):
            return reply.response(
                body: ResponseBody(contentLength: reply.body.count) { writer in
                    try await writer.write(ByteBuffer(bytes: reply.body.prefix(reply.body.count / 2)))
                    try await Self.close(channel, resetting: false)
                })
        case .broken(let reply):
            return reply.response(
                body: ResponseBody(contentLength: reply.body.count) { writer in
                    try await writer.write(ByteBuffer(bytes: reply.body.prefix(1)))
                    try await Self.close(channel, resetting: true)
                })
        case .drip(let reply, let interval):
            connections.hold(channel)
            return reply.response(
                body: ResponseBody(contentLength: reply.body.count) { writer in
                    for byte in reply.body {
                        try await writer.write(ByteBuffer(bytes: [byte]))
                        if interval > .zero { try await Task.sleep(for: interval) }
                    }
                    connections.release(channel)
                    try await writer.finish(nil)
                })
        case .endless:
            connections.hold(channel)
            return Reply(status: 200, contentType: "application/json", body: Data())
                .response(
                    body: ResponseBody { writer in
                        // Ends by the error that writing to a closed connection throws; a slow reader slows it down.
                        while true {
                            try Task.checkCancellation()
                            try await writer.write(ByteBuffer(repeating: UInt8(ascii: " "), count: 16 * 1024))
                        }
                    })
        case .hang:
            connections.hold(channel)
            try await Self.waitForEnd(of: channel)
            throw ConnectionClosed()
        case .cut(let resetting):
            try await Self.close(channel, resetting: resetting)
            throw ConnectionClosed()
        }
    }

    private static func close(_ channel: any Channel, resetting: Bool) async throws {
        OpenConnections.cut(channel, resetting: resetting)
        try? await channel.closeFuture.get()
        throw ConnectionClosed()
    }

    private static func waitForEnd(of channel: any Channel) async throws {
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            OpenConnections.cut(channel, resetting: false)
        }
    }
}

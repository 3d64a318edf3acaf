// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Answers requests: each by itself, within a bounded time, and none with more than a reader may have.
struct AgentResponder: HTTPResponder {
    /// What a request carries besides itself: its connection.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    /// The longest body: 64 KiB, sixteen times a long token.
    static let bodyLimitBytes = 64 * 1024

    /// How long a client waits for an answer at most: 100 s, longer than the wait for another process's lock and a token request
    /// after it (45 s and 30 s).
    static let patience = Duration.seconds(100)

    let keeper: Keeper
    let facts: AgentFacts
    let connections: AgentConnections

    func respond(to request: Request, context: Context) async throws -> Response {
        connections.began(context.channel)
        defer { connections.ended(context.channel) }
        do {
            let (endpoint, query) = try AgentEndpoint.find(request.method.rawValue, request.head.path ?? "")
            // The one way that must be fast: no task is begun, and the vault is not read.
            if endpoint == .token, let credential = keeper.recalledToken(for: try Self.request(query)) {
                return Reply.token(credential, note: nil)
            }
            return try await within(Self.patience) { try await answer(endpoint, query, request) }
        } catch let error as HTTPParserError {
            // The server library answers that the rest is no HTTP, and closes the connection.
            throw error
        } catch {
            let reply = Reply.failure(error)
            // RFC 9110 §9.3.2: an answer to HEAD has no content.
            return request.method == .head ? reply.createHeadResponse() : reply
        }
    }

    private func answer(_ endpoint: AgentEndpoint, _ query: RequestQuery, _ request: Request) async throws -> Response {
        switch endpoint {
        case .entries: return Reply.entries(try await keeper.clientEntries(below: query.prefix("below")))
        case .health: return await health()
        case .rejected:
            let rejected = try RejectedToken(reading: try await Self.body(of: request))
            try await keeper.clientReport(rejected: rejected.credential)
            return Reply.done
        case .secret:
            return Reply.secret(try await keeper.clientSecret(at: try CredentialPath(query.required("path"))))
        case .status: return try await status(below: query.prefix("below"))
        case .token:
            let handout = try await keeper.clientToken(for: try Self.request(query))
            return Reply.token(handout.credential, note: handout.note)
        }
    }

    private static func request(_ query: RequestQuery) throws -> CredentialRequest {
        CredentialRequest(
            path: try CredentialPath(query.required("path")), minimumValidity: try query.seconds("min_valid_seconds"),
            scope: query["scope"], audience: query["audience"], resource: query["resource"])
    }

    /// The body; the buffers that it came in are the server library's.
    private static func body(of request: Request) async throws -> Secret {
        let tooLarge = RequestFault(
            status: 413, code: "too_large", message: "the body has more than \(bodyLimitBytes) bytes")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > bodyLimitBytes { throw tooLarge }
        do {
            return Secret(bytes: try await request.body.collect(upTo: bodyLimitBytes).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    private func health() async -> Response {
        var trouble: String?
        do { try await keeper.confirmReadable() } catch {
            trouble = (error as? CredentialError)?.message ?? "the vault could not be read"
        }
        return Reply.json(
            status: trouble == nil ? 200 : 503,
            JSONWriter { object in
                object.member("version", 1)
                object.member("status", trouble == nil ? "ok" : "trouble")
                object.member("vault_id", keeper.vaultID)
                object.member("message", trouble)
            })
    }

    private func status(below prefix: String?) async throws -> Response {
        let connections = try await keeper.clientConnections(below: prefix)
        let known = facts.snapshot
        return Reply.json(
            JSONWriter(byteCount: connections.count * 512 + 1024) { object in
                object.member("version", 1)
                object.member("agent") { agent in
                    agent.member("program_version", CofferVersion.number)
                    agent.member("started_at", facts.startedAt)
                    agent.member("vault_id", keeper.vaultID)
                    agent.member("identity", keeper.identityName)
                    agent.member("refreshes", keeper.refreshes)
                    agent.member("running", known.runningCount)
                    agent.member("waiting", known.waitingCount)
                    agent.member("next_due_at", known.nextDue)
                    agent.member("refreshed", known.refreshedCount)
                    agent.member("failed", known.failedCount)
                }
                object.member("connections", connections) { Reply.connection($1, in: &$0) }
            })
    }

    /// Does the work, and gives up on it when the time is over.
    private func within(
        _ limit: Duration, _ work: @Sendable @escaping () async throws -> Response
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() ?? nil else {
                throw CredentialError(.timedOut, message: "there was no answer within \(limit.components.seconds) s")
            }
            return response
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
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

    let vault: AgentVault
    let connections: AgentConnections
    let desk: TicketDesk
    let streams: EventStreams
    let report: AgentReport
    let counts: RequestCounts

    func respond(to request: Request, context: Context) async throws -> Response {
        connections.began(context.channel)
        defer { connections.ended(context.channel) }
        var asked: AgentEndpoint?
        do {
            let ticket = try desk.holder(of: request)
            let (endpoint, query) = try AgentEndpoint.find(request.method.rawValue, request.head.path ?? "")
            asked = endpoint
            guard ticket == nil || endpoint.isForTickets else {
                throw CredentialError(
                    .notPermitted,
                    message: "a ticket is for reading: tokens, secrets, entries, status, health and events")
            }
            try vault.confirm(file: query["vault_file"])
            // The one way that must be fast: no task is begun, and the vault is not read.
            if endpoint == .token, let credential = try recalledToken(try Self.request(query), ticket) {
                counts.count(endpoint, "ok")
                return Reply.token(credential, note: nil)
            }
            let response = try await AnswerDeadline.hold {
                try await Asker.named(ticket?.id) {
                    try await answer(endpoint, query, request, context.channel, ticket)
                }
            }
            // It may have ended while the answer was made.
            try desk.confirm(ticket)
            counts.count(endpoint, "ok")
            return response
        } catch let error as HTTPParserError {
            // The server library answers that the rest is no HTTP, and closes the connection.
            counts.count(asked, "bad_request")
            throw error
        } catch {
            counts.count(asked, Reply.code(of: error))
            let reply = Reply.failure(error)
            // RFC 9110 §9.3.2: an answer to HEAD has no content.
            return request.method == .head ? reply.createHeadResponse() : reply
        }
    }

    private func recalledToken(_ request: CredentialRequest, _ ticket: Ticket?) throws -> Credential? {
        try ticket?.confirm(request.path, "connection")
        return try vault.recalledToken(for: request, ticket: ticket?.id)
    }

    private func answer(
        _ endpoint: AgentEndpoint, _ query: RequestQuery, _ request: Request, _ channel: any Channel,
        _ ticket: Ticket?
    ) async throws -> Response {
        switch endpoint {
        case .entries:
            let prefix = try query.prefix("below")
            let entries = try await vault.use { try await $0.clientEntries(below: prefix) }
            return Reply.entries(entries.filter { ticket?.allows($0.path) ?? true })
        case .events:
            return try await streams.open(to: channel, EventInterest(prefix: try query.prefix("below"), ticket: ticket))
        case .health: return await report.health()
        case .lock:
            await vault.lock()
            return Reply.done
        case .metrics: return await report.measures()
        case .rejected:
            let rejected = try RejectedToken(reading: try await SecretBody.read(of: request))
            try await vault.use { try await $0.clientReport(rejected: rejected.credential) }
            return Reply.done
        case .revoke:
            let wanted = try RevokeRequest(reading: try await SecretBody.read(of: request))
            return try await desk.revoke(wanted.name)
        case .secret:
            let path = try CredentialPath(query.required("path"))
            try ticket?.confirm(path, "secret")
            return Reply.secret(try await vault.use(Self.purpose(ticket)) { try await $0.clientSecret(at: path) })
        case .status: return try await report.status(below: query.prefix("below"), ticket)
        case .ticket:
            return try await desk.issue(try TicketRequest(reading: try await SecretBody.read(of: request)))
        case .tickets: return Reply.tickets(desk.tickets.tickets)
        case .token:
            let wanted = try Self.request(query)
            let handout = try await vault.use(Self.purpose(ticket)) { try await $0.clientToken(for: wanted) }
            return Reply.token(handout.credential, note: handout.note)
        case .unlock:
            let wanted = try UnlockRequest(reading: try await SecretBody.read(of: request))
            guard wanted.passphrase != nil || vault.need != .passphrase || !vault.isLocked else {
                throw RequestFault.malformed("passphrase is missing")
            }
            try await vault.unlock(wanted.passphrase)
            return Reply.done
        }
    }

    /// What something is handed out for: a container that asks again and again does not keep the vault open.
    private static func purpose(_ ticket: Ticket?) -> WorkPurpose { ticket == nil ? .handOut : .question }

    private static func request(_ query: RequestQuery) throws -> CredentialRequest {
        CredentialRequest(
            path: try CredentialPath(query.required("path")), minimumValidity: try query.seconds("min_valid_seconds"),
            scope: query["scope"], audience: query["audience"], resource: query["resource"])
    }
}

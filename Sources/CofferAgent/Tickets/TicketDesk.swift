// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import HTTPTypes
import Hummingbird

/// Where tickets are made, shown and ended, on the record of the vault; one for each socket.
struct TicketDesk: Sendable {
    let tickets: TicketBook
    let vault: AgentVault
    /// Whether nothing is answered without a ticket.
    let wantsTickets: Bool

    /// The ticket that a request is made with; nil where none is given, and none is needed.
    ///
    /// Whoever gives one gets what that is good for, also where without it there were more.
    ///
    /// - Throws: ``RequestFault`` `invalid_ticket`.
    func holder(of request: Request) throws -> Ticket? {
        guard let bearer = try Bearer.read(request.headers) else {
            if wantsTickets { throw RequestFault.ticketRefused }
            return nil
        }
        guard let ticket = tickets.ticket(bearer) else { throw RequestFault.ticketRefused }
        return ticket
    }

    /// Refuses one that has ended since it was shown.
    ///
    /// - Throws: ``RequestFault`` `invalid_ticket`.
    func confirm(_ ticket: Ticket?) throws(RequestFault) {
        if let ticket, !tickets.isGood(ticket) { throw .ticketRefused }
    }

    /// Makes one, which is good only once that is recorded.
    ///
    /// - Throws: ``RequestFault`` `already_exists`; ``CredentialError`` `busy`, `locked`.
    func issue(_ request: TicketRequest) async throws -> Response {
        let (ticket, text) = try tickets.issue(request, lockCount: vault.lockCount)
        do {
            try await vault.use { keeper in
                try await keeper.clientTicket(
                    ticket.name, patterns: ticket.patterns.map(\.description), until: ticket.expiresAt)
            }
        } catch {
            // Nobody has its text.
            tickets.withdraw(ticket)
            throw error
        }
        return Reply.ticket(ticket, text)
    }

    /// Ends one, whether that can be recorded or not: what is revoked must end.
    ///
    /// - Throws: ``CredentialError`` `not_found`.
    func revoke(_ name: String) async throws -> Response {
        guard tickets.revoke(name) else {
            throw CredentialError(.notFound, message: "there is no ticket \(name); it may have ended already")
        }
        try? await vault.use { try await $0.clientTicketEnd(name) }
        return Reply.done
    }
}

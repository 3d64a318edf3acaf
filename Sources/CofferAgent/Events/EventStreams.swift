// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Hummingbird
import NIOCore

/// The answers that go on for as long as somebody listens; those of one socket.
struct EventStreams: Sendable {
    let hub: EventHub
    let watch: ConnectionWatch
    let connections: AgentConnections
    let desk: TicketDesk

    /// Somebody listens from now on.
    ///
    /// - Parameters:
    ///   - channel: His connection.
    ///   - interest: What he is told of.
    /// - Returns: an answer that goes on until either end closes it.
    /// - Throws: ``CredentialError`` `busy` if there are too many; ``RequestFault`` `invalid_ticket`.
    func open(to channel: any Channel, _ interest: EventInterest) async throws -> Response {
        guard let (number, events) = hub.listen(interest) else {
            throw CredentialError(
                .busy,
                message: "\(hub.room) clients listen already, or \(hub.guestRoom) with tickets, "
                    + "or \(EventHub.ticketCapacity) with this ticket, or the agent is ending",
                retryAfter: .seconds(5))
        }
        // One that ended just before is heard of by nobody any more.
        do { try desk.confirm(interest.ticket) } catch {
            hub.remove(number)
            throw error
        }
        await watch.prepare()
        // The answer is on its way for as long as he listens: a crowd that says nothing takes nobody's place who is told something.
        return Reply.events(
            events, flowed: { [connections] in connections.flowed(channel) },
            ended: { [hub, connections] in
                hub.remove(number)
                connections.dismiss(channel)
            })
    }
}

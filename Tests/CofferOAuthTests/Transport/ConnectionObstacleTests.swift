// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOCore
import NIOPosix
import Testing

@testable import CofferOAuth

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct `What stands in the way of a connection` {
    /// What the system says, and what becomes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let code: CInt
        var kind = TransportFailure.Kind.connection
        let sentence: String
        var testDescription: String { sentence }
    }

    private static let host = "as.example"
    private static let library = "made-up text of the library's"

    static let cases = [
        Case(code: ECONNREFUSED, sentence: "as.example refused the connection."),
        // Of a connection that was there: no other address is tried.
        Case(code: ECONNRESET, kind: .broken, sentence: "The connection to as.example was reset."),
        Case(code: ETIMEDOUT, sentence: "as.example could not be connected to in time."),
        Case(code: EACCES, sentence: unconnected("a firewall or a policy of this machine forbids it")),
        Case(code: EPERM, sentence: unconnected("a firewall or a policy of this machine forbids it")),
        Case(code: EHOSTUNREACH, sentence: unconnected("there is no route to it")),
        Case(code: ENETUNREACH, sentence: unconnected("there is no route to it")),
        Case(code: ENETDOWN, sentence: unconnected("there is no route to it")),
        Case(code: EADDRNOTAVAIL, sentence: unconnected(unaddressed)),
        Case(code: EAFNOSUPPORT, sentence: unconnected(unaddressed)),
        Case(code: EMFILE, sentence: unconnected("this process has as many files open as it may have")),
        Case(code: ENFILE, sentence: unconnected("this machine has as many files open as it may have")),
        Case(code: EPIPE, kind: .broken, sentence: "The connection to as.example broke."),
    ]

    private static let unaddressed = "this machine has no free port, or no address of the kind, to connect from"

    private static func unconnected(_ reason: String) -> String {
        "as.example could not be connected to: \(reason)."
    }

    private static func failure(_ code: CInt) -> TransportFailure {
        TransportFailure(IOError(errnoCode: code, reason: library), host: host)
    }

    @Test(arguments: cases) func `is said in one sentence, which is ours`(_ known: Case) {
        let failure = Self.failure(known.code)
        #expect(failure.kind == known.kind)
        #expect(failure.message == known.sentence)
    }

    @Test(arguments: cases) func `is none where something was written already`(_ known: Case) {
        let error = IOError(errnoCode: known.code, reason: Self.library)
        let later = TransportFailure(error, host: Self.host, wasConnected: true)
        let isReset = known.code == ECONNRESET
        #expect(later.kind == .broken)
        #expect(later.message == (isReset ? known.sentence : "The connection to as.example broke."))
        #expect(TransportFailure(error, host: Self.host, wasConnected: false) == Self.failure(known.code))
    }

    /// What two addresses say, and which of them is said; 0 is a failure that says nothing.
    static let pairs: [(CInt, CInt, CInt)] = [
        (ETIMEDOUT, ECONNREFUSED, ETIMEDOUT), (ECONNREFUSED, ETIMEDOUT, ECONNREFUSED),
        (ECONNREFUSED, ENETUNREACH, ECONNREFUSED), (ENETUNREACH, ECONNREFUSED, ECONNREFUSED),
        (EADDRNOTAVAIL, ECONNREFUSED, ECONNREFUSED), (ETIMEDOUT, EAFNOSUPPORT, ETIMEDOUT),
        (ENETUNREACH, EADDRNOTAVAIL, ENETUNREACH), (EADDRNOTAVAIL, ENETUNREACH, EADDRNOTAVAIL),
        (ECONNREFUSED, EMFILE, EMFILE), (ENFILE, EACCES, ENFILE), (0, ENETUNREACH, ENETUNREACH),
        (EHOSTUNREACH, 0, EHOSTUNREACH),
    ]

    @Test(arguments: pairs) func `is said once of several addresses, and what tells most`(
        _ first: CInt, _ second: CInt, _ said: CInt
    ) {
        let failures = [first, second].map { code in
            code == 0 ? TransportFailure(.connection, "Made up.") : Self.failure(code)
        }
        let outcome = NetworkTransport.outcome(.notSent(failures[1]), after: failures[0])
        guard case .notSent(let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure == Self.failure(said))
    }

    @Test func `is forgotten where another address was connected to`() {
        let answer = HTTPAnswer(status: 200, headers: [], body: Secret("{}"))
        let broken = TransportFailure(.handshake, "Made up.")
        for outcome in [TransportOutcome.answered(answer), .notSent(broken), .lost(broken)] {
            let told = NetworkTransport.outcome(outcome, after: Self.failure(ECONNREFUSED))
            #expect("\(told)" == "\(outcome)")
        }
    }

    @Test func `is found in what the library says of several addresses`() async throws {
        try await LoopbackServer.withUnheardPort { port in
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
            let failure = await Self.failure(ofConnectingBy: .success([address]), port: port)
            #expect(failure?.kind == .connection)
            #expect(failure?.message == "as.example refused the connection.")
        }
    }

    @Test func `is the name where that has no address`() async {
        let unknown = Result<[SocketAddress], any Error>.failure(NoAddress())
        let failure = await Self.failure(ofConnectingBy: unknown, port: 1)
        #expect(failure?.kind == .resolution)
        #expect(failure?.message == "The name as.example could not be resolved.")
    }

    @Test func `is this machine's limit where no name can be resolved for it`() {
        let limited = HostResolver.failure(of: Self.host, status: EAI_AGAIN, errno: EMFILE)
        #expect(limited.kind == .resolution)
        #expect(
            limited.message
                == "The name as.example could not be resolved: this process has as many files open as it may have.")
        let unknown = HostResolver.failure(of: Self.host, status: EAI_NONAME, errno: ENOENT)
        #expect(unknown.message.hasPrefix("The name as.example could not be resolved: "))
        #expect(unknown.message != limited.message)
    }

    /// Connects as the library does by a name, of which IPv6 knows nothing.
    private static func failure(
        ofConnectingBy answer: Result<[SocketAddress], any Error>, port: Int
    ) async -> TransportFailure? {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let names = ToldNames(eventLoop: eventLoop, answer: answer)
        do {
            let channel = try await ClientBootstrap(group: eventLoop).resolver(names)
                .connect(host: host, port: port).get()
            try await channel.close()
            return nil
        } catch {
            return TransportFailure(error, host: host)
        }
    }

    private struct NoAddress: Error {}

    private struct ToldNames: Resolver, Sendable {
        let eventLoop: any EventLoop
        let answer: Result<[SocketAddress], any Error>

        func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            eventLoop.makeCompletedFuture(answer)
        }

        func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
            eventLoop.makeFailedFuture(NoAddress())
        }

        func cancelQueries() {}
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Finds the addresses of a host, off the cooperative threads and within a time.
///
/// The system's resolver blocks and cannot be interrupted: when the time is over the wait ends, and
/// its thread, one of four, comes back when the system gives up. That is why Coffer resolves by
/// itself instead of leaving it to the HTTP client, the other reason being that the addresses are
/// judged before anything is connected to.
package struct HostResolver: Sendable {
    /// A thread pool of its own: one that hangs in DNS must not hold up files.
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    private let lookUp: @Sendable (String) throws -> [IPAddress]

    /// Resolves by a blocking function.
    package init(_ lookUp: @escaping @Sendable (String) throws -> [IPAddress]) {
        self.lookUp = lookUp
    }

    /// The system's resolver.
    package static let system = HostResolver { host in try Self.systemAddresses(of: host) }

    /// The addresses of a host.
    ///
    /// - Parameters:
    ///   - host: a name or an address; names under `.localhost` are loopback without asking (RFC 6761 §6.3).
    ///   - timeLimit: how long to wait.
    /// - Returns: one address or more, not yet judged.
    /// - Throws: ``TransportFailure`` of kind `resolution`, `timedOut` or `cancelled`.
    package func addresses(of host: String, within timeLimit: Duration) async throws -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        if host == "localhost" || host.hasSuffix(".localhost") {
            return ["127.0.0.1", "::1"].compactMap { IPAddress($0) }
        }
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = eventLoop.makePromise(of: [IPAddress].self)
        let alarm = eventLoop.scheduleTask(in: TimeAmount(timeLimit)) {
            // Whoever completes a promise second is not heard.
            promise.fail(TransportFailure(.timedOut, "The name \(host) could not be resolved in time."))
        }
        Self.pool.submit { [lookUp] state in
            guard case .active = state else { return promise.fail(TransportFailure(.cancelled, "Cancelled.")) }
            promise.completeWith(Result { try lookUp(host) })
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(TransportFailure(.cancelled, "Cancelled."))
        }
    }

    private static func systemAddresses(of host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        // Not all that fails sets it, and what was in it before would be taken for this.
        errno = 0
        let status = getaddrinfo(host, nil, &hints, &list)
        let code = errno
        guard status == 0, let first = list else { throw failure(of: host, status: status, errno: code) }
        defer { freeaddrinfo(first) }
        var found: [IPAddress] = []
        for entry in sequence(first: first, next: { $0.pointee.ai_next }) {
            guard let address = address(of: entry.pointee), !found.contains(address) else { continue }
            found.append(address)
        }
        guard !found.isEmpty else { throw TransportFailure(.resolution, "The name \(host) has no address.") }
        return found
    }

    /// Why a name has no address: a resolver that could open no file calls it a trouble of DNS.
    static func failure(of host: String, status: CInt, errno code: CInt) -> TransportFailure {
        let limit = ConnectionObstacle(errno: code)?.limit
        let reason = limit ?? gai_strerror(status).map { String(cString: $0) } ?? "unknown error"
        return TransportFailure(.resolution, "The name \(host) could not be resolved: \(reason).")
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let socketAddress = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            return socketAddress.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            return socketAddress.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What stood in the way of a connection, as far as the system says it.
enum ConnectionObstacle: Sendable {
    /// Nobody listens there, or a firewall says so.
    case refused
    /// The other side, or something on the way, broke it off.
    case reset
    /// Nothing came back in time.
    case timedOut
    /// A firewall or a policy of this machine.
    case forbidden
    /// No way leads there.
    case noRoute
    /// This machine has no free port, or no address of the kind: `EADDRNOTAVAIL` is both.
    case noLocalAddress
    /// This process has as many files open as it may have.
    case filesOfProcess
    /// All processes of this machine together have.
    case filesOfMachine

    /// Takes the system's number; `nil` for one that tells nothing about connecting.
    init?(errno code: CInt) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ECONNRESET: self = .reset
        case ETIMEDOUT: self = .timedOut
        case EACCES, EPERM: self = .forbidden
        case EHOSTUNREACH, ENETUNREACH, ENETDOWN: self = .noRoute
        case EADDRNOTAVAIL, EAFNOSUPPORT: self = .noLocalAddress
        case EMFILE: self = .filesOfProcess
        case ENFILE: self = .filesOfMachine
        default: return nil
        }
    }

    /// The limit of this machine that was met, as the end of a sentence; `nil` where it was none.
    var limit: String? {
        switch self {
        case .filesOfProcess: Self.files(of: "process")
        case .filesOfMachine: Self.files(of: "machine")
        default: nil
        }
    }

    private static func files(of whole: String) -> String { "this \(whole) has as many files open as it may have" }

    /// One sentence.
    func sentence(host: String) -> String {
        let reason: String
        switch self {
        case .refused: return "\(host) refused the connection."
        case .reset: return "The connection to \(host) was reset."
        case .timedOut: return "\(host) could not be connected to in time."
        case .forbidden: reason = "a firewall or a policy of this machine forbids it"
        case .noRoute: reason = "there is no route to it"
        case .noLocalAddress: reason = "this machine has no free port, or no address of the kind, to connect from"
        case .filesOfProcess: reason = Self.files(of: "process")
        case .filesOfMachine: reason = Self.files(of: "machine")
        }
        return "\(host) could not be connected to: \(reason)."
    }

    /// The one that tells most of several addresses of a host, the earliest of those that tell as much.
    ///
    /// That a second address leads nowhere from here is usual where there is no IPv6, and says nothing of the host; where
    /// this machine is at its limit no address says anything. Between the others the system's order decides.
    static func telling(_ obstacles: [ConnectionObstacle]) -> ConnectionObstacle? {
        obstacles.max { $0.weight < $1.weight }
    }

    private var weight: Int {
        switch self {
        case .noRoute, .noLocalAddress: 0
        case .refused, .reset, .timedOut, .forbidden: 1
        case .filesOfProcess, .filesOfMachine: 2
        }
    }
}

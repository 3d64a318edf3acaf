// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferOAuth
import Foundation
import Synchronization

/// What another process does on a vault.
enum Errand: String {
    /// What makes this program such a process.
    static let flag = "--errand"

    /// Answers the same to every request.
    case constant
    /// Refreshes everything that is due once.
    case drain
    /// Watches a vault beside others, and says how many connections it has refreshed.
    case fleet
    /// Refreshes in rounds, in turns with the HTTP client alone.
    case overhead
    /// Reads one value after the other while it is told to.
    case read
    /// Re-keys a made-up vault, and says how far it is.
    case rekey
    /// Asks for a token until it is refused since its app is being rotated.
    case taint

    /// Does what the arguments after the flag say, and prints what it found.
    static func run(_ arguments: [String]) async throws {
        guard arguments.count == 3, let errand = Errand(rawValue: arguments[0]), let rounds = Int(arguments[2]) else {
            throw BenchError.unknownRow(flag)
        }
        switch errand {
        case .constant: return try await ConstantServer.run(in: arguments[1])
        case .rekey: return try await KilledRekeying.child(count: rounds, in: arguments[1])
        case .drain, .fleet, .overhead, .read, .taint: break
        }
        let (time, transport) = (ErrandTime(), NetworkTransport(userAgent: "coffer/bench"))
        let location = ProviderWorld.location(in: arguments[1])
        let keeper = try await Keeper.open(
            location, effects: KeeperEffects(transport: transport, now: { time.now }))
        switch errand {
        case .drain:
            time.pass(days: 1)
            let lines = try await keeper.refresh(.due)
            for line in lines { if let failure = line.failure { Progress.note("\(line.path): \(failure)") } }
            print(lines.count { $0.outcome == .refreshed })
        case .fleet: try await FleetAgent.run(keeper, time, day: rounds)
        case .overhead:
            print(try await OverheadRun(keeper, arguments[1], transport, time).go(rounds).line)
        case .read: try await PacedReads.run(keeper)
        case .taint: try await TaintWatch.run(keeper, rounds: rounds)
        case .constant, .rekey: break
        }
        await transport.shutdown()
    }
}

/// The present, which errands move by days: what was refreshed yesterday is due today.
final class ErrandTime: Sendable {
    private let days = Mutex(0)

    /// The present.
    var now: Date { Date(timeIntervalSinceNow: Double(days.withLock { $0 }) * 86_400) }

    /// Lets days pass.
    func pass(days count: Int) { days.withLock { $0 += count } }
}

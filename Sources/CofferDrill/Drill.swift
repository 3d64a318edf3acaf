// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferKeeper
import CofferOAuth
package import CofferRotation
import CofferSandbox
package import Foundation

/// A whole rotation of an app, played against a sandbox in this process.
///
/// It has a vault of its own in a private folder, an identity, a sandbox on loopback and nothing else: the app's own vault was
/// read before, and is not known here. All of it is gone when ``run(operator:tell:)`` returns or throws.
package struct Drill: Sendable {
    /// What is played.
    private let subject: DrillSubject

    /// Who plays the provider.
    private let standIn: StandIn

    /// Whether waits are passed over.
    private let isVirtual: Bool

    /// Whether a person does the operator's part, also where a program does it in earnest.
    private let isByHand: Bool

    /// The time of day.
    private let now: @Sendable () -> Date

    /// Where the keeper says what an operator should know.
    private let log: KeeperLog

    /// Prepares a drill.
    ///
    /// - Parameters:
    ///   - subject: what is known of the app.
    ///   - isVirtual: whether waits are passed over.
    ///   - isByHand: whether a person does the operator's part.
    ///   - now: the time of day.
    ///   - log: where the keeper says what an operator should know.
    package init(
        _ subject: DrillSubject, isVirtual: Bool = true, isByHand: Bool = false,
        now: @escaping @Sendable () -> Date = { Date() }, log: KeeperLog = .silent
    ) {
        self.subject = subject
        self.isVirtual = isVirtual
        self.isByHand = isByHand
        self.now = now
        self.log = log
        standIn = StandIn(subject.provider, driver: subject.preview.driver)
    }

    /// The provider that is played, for people.
    package var provider: String { standIn.name }

    /// Which emulation of the sandbox plays it.
    package var emulation: String { standIn.kind.rawValue }

    /// Plays it to its end.
    ///
    /// - Parameters:
    ///   - person: makes whoever does the operator's part of what can be done at the sandbox; the sandbox itself unless given.
    ///   - tell: hears of each step.
    /// - Returns: the report, which is marked.
    /// - Throws: what the sandbox, the vault or the rotation throws; `CancellationError`.
    package func run(
        operator person: (@Sendable (SandboxHands) -> any RotationOperator)? = nil,
        tell: @escaping @Sendable (DrillNews) -> Void = { _ in }
    ) async throws -> RotationReport {
        let clock = isVirtual ? DrillClock() : nil
        guard let clock else { return try await play(nil, person, tell) }
        return try await clock.running { try await play(clock, person, tell) }
    }

    private func play(
        _ clock: DrillClock?, _ person: (@Sendable (SandboxHands) -> any RotationOperator)?,
        _ tell: @escaping @Sendable (DrillNews) -> Void
    ) async throws -> RotationReport {
        let time = Self.time(clock, now)
        var configuration = standIn.configuration(accountCount: subject.connections.count, isVirtual: clock != nil)
        configuration.now = time
        return try await withSandbox(configuration) { sandbox in
            let folder = try DrillFolder()
            defer { folder.remove() }
            // The sandbox is in this process: what takes longer is this machine, and nothing to rehearse.
            let network = NetworkTransport(
                userAgent: CofferVersion.userAgent, limits: NetworkTransport.Limits(connect: .seconds(30)))
            let hands = SandboxHands(
                sandbox, keepsTwo: subject.preview.overlaps, endsGrants: standIn.endsGrants,
                // A program is asked for a secret, and has no word for another client id.
                changesClient: standIn.provider.changesClientID
                    && subject.preview.driver == RotationPlan.operatorDriver)
            let stage = DrillStage(
                subject: subject, standIn: standIn, sandbox: sandbox, hands: hands, folder: folder,
                transport: DrillTransport(
                    transport: network, domain: "\(sandbox.provider.rawValue).localhost", port: sandbox.port,
                    clock: clock),
                clock: clock, now: time, log: log)
            let player = person.map { $0(hands) }
            let report: Result<RotationReport, any Error>
            do {
                report = .success(
                    try await stage.play(
                        player ?? (SandboxOperator(hands: hands) as any RotationOperator), isByHand: isByHand, tell))
            } catch {
                report = .failure(error)
            }
            await network.shutdown()
            return try report.get()
        }
    }

    /// The time of day in the drill: that of its clock, from when it began.
    private static func time(
        _ clock: DrillClock?, _ now: @escaping @Sendable () -> Date
    ) -> @Sendable () -> Date {
        guard let clock else { return now }
        let beginning = now()
        return { beginning.addingTimeInterval(clock.now.offset / .seconds(1)) }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization

/// A provider, a vault, a journal and a person in memory, which die on command and remember what must never happen.
///
/// Secrets are numbers written as text. A *touch* is a moment at which the process can be killed or a step can fail:
/// before each effect, after it, and between the two halves of a compound one.
final class RotationWorld: Sendable {
    let state: Mutex<State>

    init(_ plan: RotationPlan, _ script: Script = Script()) {
        state = Mutex(State(plan: plan, script: script))
    }

    /// The rotation that is open, or was last.
    var plan: RotationPlan { state.withLock { $0.plan } }

    /// What is going to be answered; an empty list means the truth, or the best.
    struct Script: Sendable {
        /// Whether the connections are looked up after the opening, where there was a leak.
        var listsLater = false
        var isPresent = true
        var isReady: [Bool] = []
        var pastes: [Paste] = []
        /// What is said of the client id when a secret is pasted.
        var clientIDs: [ClientIDAnswer] = []
        /// Whether a click adds the client anew, with another id; it does not where nothing is said.
        var addsAnew: [Bool] = []
        var fallsToOperator = false
        var removalFallsToOperator = false
        var hasRemoved: [Bool] = []
        var pendingVerdicts: [ProofResult] = []
        var oldVerdicts: [ProofResult] = []
        /// How often nobody answers about the new secret, and about the old one.
        var newSilences = 0
        var oldSilences = 0
        var results: [CredentialPath: [ReissueResult]] = [:]
        var tokenVerdict = ProofResult.proven
        /// The connections that are in no plan and have tokens from before.
        var unplanned: [CredentialPath] = []
        var killAt: Set<Int> = []
        var failAt: Set<Int> = []
        /// What another process refreshes, by the touch, and before which events a second operator resumes.
        var refreshAt: [Int: CredentialPath] = [:]
        var companyAt: Set<Int> = []
    }

    enum Paste: Sendable { case right, wrong, malformed, old, nothing }

    /// What a person says of the client id: whose the new secret is; somebody else's; no id at all; nothing.
    enum ClientIDAnswer: Sendable { case right, wrong, malformed, nothing }

    /// The client id in force before any rotation, with which everything was granted.
    static let firstClient = "made-up-id-0"

    /// The process is gone.
    struct Killed: Error {}

    /// A step did not work this time.
    struct Fault: Error {}

    struct State {
        var plan: RotationPlan
        var script: Script
        var touches = 0
        var isDead = false
        var events: [JournalEvent] = []
        var abandoned: [[JournalEvent]] = []
        var calls: [String] = []
        var violations: [String] = []
        var seconds = 0.0

        var nextSecret = 1
        var inForce = 0
        var current = 0
        var pending: Int?
        var pendingIsRefused = false
        var bad: Set<Int> = []
        var retired: Int?
        var unwanted: Set<Int> = []
        /// The client that the provider has now, and whose each secret is.
        var client = RotationWorld.firstClient
        var owners = [0: RotationWorld.firstClient]
        /// The vault's client ids, each beside its secret.
        var currentClient = RotationWorld.firstClient
        var pendingClient = RotationWorld.firstClient
        var retiredClient = RotationWorld.firstClient
        /// What the person said last of the client id, and whether the secret that it belongs to has still to be given.
        var saidClient: String?
        var hasSaidClient = false
        /// What the provider accepts, and which rotation's request made it.
        var alive: [Int: RotationID?] = [0: nil]
        var pendingRotation: RotationID?
        var secretRotation: RotationID?
        var taintedBy: RotationID?
        /// Production's own counts and rules.
        var epochs = SecretEpochs()
        var strength: TaintStrength?
        /// The secrets that a thief may have, and what each token was minted with.
        var leaked: Set<Int> = []
        /// The first secret that was made after the last taint.
        var firstAfterTaint = 0
        var minted: [CredentialPath: (epoch: Int64, secret: Int)] = [:]
        /// The rotation that alone gives new tokens to what is on hold.
        var barredBy: RotationID?
        /// Whose grants are gone, until somebody connects them again.
        var gone: Set<CredentialPath> = []
        var isShown = false
        var isFrozen = false
        var isClosed = false
        var requestsSent = 0
        var reissued: [CredentialPath: Int] = [:]
        var running = 0
        var mostRunning = 0
        var appends = 0
        var companions = 0
        var hasCompany = false
    }

    /// What must come out the same however often the process died.
    struct EndState: Equatable, Sendable {
        var onlySecretInForce: Bool
        var nothingLeft: Bool
        var isFrozen: Bool
        var reissued: Set<CredentialPath>
        var report: RotationState
        var openItems: [String]
    }

    func endState() throws -> EndState {
        try state.withLock { world in
            let report = try RotationReport(events: world.events)
            return EndState(
                onlySecretInForce: world.current == world.inForce && world.currentClient == world.client,
                nothingLeft: world.pending == nil && world.retired == nil && world.unwanted.isEmpty
                    && (world.plan.startsWithOperator || world.script.fallsToOperator
                        || Set(world.alive.keys) == [world.current]),
                isFrozen: world.isFrozen, reissued: Set(world.reissued.keys), report: report.state,
                openItems: report.openItems)
        }
    }

    /// One moment at which things go wrong if the script says so.
    func touch() throws {
        try state.withLock { world in
            if world.isDead { throw Killed() }
            world.touches += 1
            if let connection = world.script.refreshAt[world.touches] { world.refresh(connection) }
            world.checkHold()
            if world.script.killAt.contains(world.touches) {
                world.isDead = true
                throw Killed()
            }
            if world.script.failAt.contains(world.touches) { throw Fault() }
        }
    }

    /// A new process on the same disk.
    func restart() {
        state.withLock { $0.isDead = false }
    }

    /// Notes a call, and that after a leak the taint came before it.
    func begin(_ name: String) throws {
        try touch()
        state.withLock { world in
            world.calls.append(name)
            if name != "taint", world.plan.mode == .leak, world.taintedBy != world.plan.id {
                world.violations.append("\(name) before the taint")
            }
        }
    }

    /// A runner of this world.
    func runner(
        name: String = "ada", parallelism: Int = 4, progress: @escaping @Sendable (RotationProgress) -> Void = { _ in }
    ) -> RotationRunner {
        RotationRunner(
            journal: self, steps: self, operator: self, name: name, parallelism: parallelism,
            effects: RotationEffects(
                now: { self.now() },
                pause: { _ in
                    try self.touch()
                    self.state.withLock { $0.calls.append("pause") }
                },
                progress: progress))
    }

    /// A second later than the time before, from 2026-11-21 03:00:00 UTC.
    func now() -> Date {
        state.withLock { world in
            world.seconds += 1
            return Date(timeIntervalSince1970: 1_795_230_000 + world.seconds)
        }
    }

    var events: [JournalEvent] { state.withLock { $0.events } }
    var names: [String] { events.map(\.fact.name) }
    var calls: [String] { state.withLock { $0.calls } }
    var violations: [String] { state.withLock { $0.violations } }
}

extension RotationWorld {
    /// Opens its rotation.
    func open() async throws {
        let (plan, listsLater) = state.withLock { ($0.plan, $0.script.listsLater) }
        try await runner().open(listsLater && plan.mode == .leak ? plan.unlisted : plan)
    }
}

extension RotationPlan {
    /// The same before its connections are known.
    var unlisted: RotationPlan {
        RotationPlan(
            id: id, app: app, subject: subject, mode: mode, taint: taint, driver: driver, overlaps: overlaps,
            connections: [], isListed: false, openedBy: openedBy)
    }

    /// A plan over some connections of main/app.
    static func of(
        _ connections: Int, driver: String = "rfc7592", mode: RotationMode = .leak, taint: TaintStrength = .hold,
        overlaps: Bool = false, number: UInt64 = 0
    ) throws -> RotationPlan {
        RotationPlan(
            id: RotationID(random: 0xC0FFEE + number), app: try CredentialPath("main/app"), mode: mode, taint: taint,
            driver: driver, overlaps: overlaps,
            connections: try (0..<connections).map { try CredentialPath("main/app/c\($0)") }, openedBy: "ada")
    }
}

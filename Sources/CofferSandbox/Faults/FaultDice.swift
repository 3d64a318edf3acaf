// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Throws the dice of a ``FaultSeed``: a pure value.
struct FaultDice: Sendable {
    /// What is thrown for.
    let seed: FaultSeed
    private let kinds: [FaultKind]
    private var counts: [String: UInt64] = [:]

    init(_ seed: FaultSeed) {
        self.seed = seed
        kinds = (seed.kinds ?? FaultKind.allCases).filter { $0 != .certificateSwap }
    }

    /// What happens to a request, if anything.
    mutating func throwOnce(for request: ParsedRequest, account: Account?) -> FaultRule? {
        guard (seed.endpoints ?? [.token]).contains(request.endpoint), !kinds.isEmpty else { return nil }
        var dice = dice("\(request.endpoint.rawValue) \(request.fields["grant_type"] ?? "") \(account?.id ?? 0)")
        guard dice.next() % 100 < UInt64(clamping: seed.percent) else { return nil }
        let kind = kinds[Int(dice.next() % UInt64(kinds.count))]
        var rule = FaultRule(kind, at: request.endpoint)
        switch kind {
        case .serverError:
            rule.status = [500, 502, 503, 504][Int(dice.next() % 4)]
            rule.retryAfterSeconds = dice.next() % 2 == 0 ? nil : 1
            rule.processed = dice.next() % 2 == 0
        case .tooManyRequests: rule.retryAfterSeconds = dice.next() % 2 == 0 ? nil : 1
        case .clockSkew: rule.seconds = dice.next() % 2 == 0 ? 3_600 : -3_600
        // A drip that goes on for minutes is a hang.
        case .slowDrip: rule.seconds = 0
        default: break
        }
        return rule
    }

    /// Whether a handshake gets the wrong certificate.
    mutating func throwForHandshake(label: String?) -> Bool {
        guard seed.kinds?.contains(.certificateSwap) ?? true else { return false }
        var dice = dice("handshake \(label ?? "")")
        return dice.next() % 100 < UInt64(clamping: seed.percent)
            && dice.next() % UInt64(kinds.count + 1) == 0
    }

    /// The random numbers for the next one of a kind.
    private mutating func dice(_ stream: String) -> SplitMix64 {
        counts[stream, default: 0] += 1
        // FNV-1a: Hasher is seeded anew in each process.
        let hash = stream.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var start = SplitMix64(state: seed.seed ^ hash)
        return SplitMix64(state: start.next() &+ (counts[stream] ?? 0) &* 0xd134_2543_de82_ef95)
    }
}

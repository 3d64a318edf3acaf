// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What is done after an answer: pure, and asked once for each.
struct Attempts: Sendable {
    /// What happens next.
    enum Action: Sendable, Equatable {
        /// The caller gets the answer.
        case deliver
        /// Report the token, ask for another, and send again.
        case renew
        /// Wait, and send again.
        case wait(Duration)
        /// End; `reports` says whether the token is reported before.
        case fail(APIError, reports: Bool)
        /// A batch is parted.
        case part
    }

    /// Why a request waits.
    enum Cause: Sendable { case limited, busy }

    /// How often a request is sent at most.
    ///
    /// Five waits without a word from the server add up to half a minute; more would only prolong a block.
    private static let sendings = 6

    /// The first wait where the server does not say how long: 1 s, doubling.
    private static let firstWait = Duration.seconds(1)

    /// By how much a wait is made longer at most: 10 s.
    ///
    /// In that time an account's seventy requests find room at amoCRM's seven a second; more would only be slow.
    private static let longestSpread = Duration.seconds(10)

    /// How long all waits together may be.
    let patience: Duration

    private var sent = 0
    private var waited = Duration.zero
    private var isRenewed = false

    init(patience: Duration) { self.patience = patience }

    /// Judges the verdict on the request that was just sent.
    mutating func next(
        after verdict: APIVerdict, _ request: APIRequest, path: CredentialPath, status: Int, random: Double
    ) -> Action {
        sent += 1
        switch verdict {
        case .answer: return .deliver
        case .tooMuch: return .part
        case .blocked(let sentence):
            return .fail(APIError(.blocked, sentence, path: path, status: status), reports: false)
        case .paymentRequired:
            let sentence = "the vendor wants to be paid before it answers"
            return .fail(APIError(.paymentRequired, sentence, path: path, status: status), reports: false)
        case .rejected: return afterRejection(request, path, status)
        // The ledger knows how long, and what is asked next waits for it.
        case .exhausted:
            guard request.canBeSentAgain, sent < Self.sendings else { return stop(.limited, path, status, nil) }
            return .wait(.zero)
        case .limited(let retryAfter):
            return pause(.limited, retryAfter, canRepeat: request.canBeSentAgain, path, status, random)
        case .busy(let retryAfter):
            return pause(
                .busy, retryAfter, canRepeat: request.canBeSentAgain && request.isIdempotent, path, status, random)
        }
    }

    /// Counts a wait that is necessary before sending.
    ///
    /// - Returns: how long to wait: never less, and by chance up to half as much more within the caller's patience, since what
    ///   waits for one moment would all come at it.
    /// - Throws: ``APIError`` `rate_limited` or `unavailable` if it would be longer than the caller's patience.
    mutating func wait(
        _ duration: Duration, for cause: Cause, path: CredentialPath, random: Double
    ) throws(APIError) -> Duration {
        guard waited + duration <= patience else { throw error(cause, path, nil, duration) }
        let spread = min(duration / 2, Self.longestSpread) * min(max(random, 0), 1)
        let wait = min(duration + spread, patience - waited)
        waited += wait
        return wait
    }

    /// How long may still be waited.
    var left: Duration { max(patience - waited, .zero) }

    /// Counts a wait that is over.
    mutating func count(_ duration: Duration) { waited += duration }

    private mutating func afterRejection(_ request: APIRequest, _ path: CredentialPath, _ status: Int) -> Action {
        guard !isRenewed else {
            // Another token was refused as well: one more would be one more refresh and the same answer.
            let sentence = "the server refuses the token, and a new one as well"
            return .fail(APIError(.rejected, sentence, path: path, status: status), reports: false)
        }
        guard request.canBeSentAgain else {
            let sentence = "the server refuses the token, and the request's body is gone; send it once more"
            return .fail(APIError(.rejected, sentence, path: path, status: status), reports: true)
        }
        isRenewed = true
        return .renew
    }

    private mutating func pause(
        _ cause: Cause, _ retryAfter: Duration?, canRepeat: Bool, _ path: CredentialPath, _ status: Int,
        _ random: Double
    ) -> Action {
        guard canRepeat, sent < Self.sendings else { return stop(cause, path, status, retryAfter) }
        // Jitter over half of it: what failed together does not come back together.
        let wait = retryAfter ?? Self.firstWait * (1 << (sent - 1)) * (0.5 + 0.5 * min(max(random, 0), 1))
        // Asking earlier than told is what gets apps blocked: who can't wait as long does not ask.
        guard waited + wait <= patience else { return stop(cause, path, status, wait) }
        // What the server said holds for all tasks, and is waited for before the next sending.
        guard retryAfter == nil else { return .wait(.zero) }
        waited += wait
        return .wait(wait)
    }

    private func stop(_ cause: Cause, _ path: CredentialPath, _ status: Int, _ retryAfter: Duration?) -> Action {
        .fail(error(cause, path, status, retryAfter), reports: false)
    }

    private func error(
        _ cause: Cause, _ path: CredentialPath, _ status: Int?, _ retryAfter: Duration?
    ) -> APIError {
        switch cause {
        case .limited:
            APIError(
                .rateLimited, "the API has been called too often", path: path, status: status, retryAfter: retryAfter)
        case .busy:
            APIError(
                .unavailable, "the API is not there at present", path: path, status: status, retryAfter: retryAfter)
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an answer means for the request, as far as it is not the caller's to judge.
enum APIVerdict: Sendable, Equatable {
    /// For the caller, whatever its status.
    case answer
    /// The token was refused, and the request with it.
    case rejected
    /// Too fast: nothing was done of it.
    case limited(retryAfter: Duration?)
    /// The method has used up its time (Bitrix24); other methods go on.
    case exhausted
    /// Not there at present: whether something was done of it is not known.
    case busy(retryAfter: Duration?)
    /// Too much at once.
    case tooMuch
    /// Shut out, and a sentence that says how.
    case blocked(String)
    /// The vendor wants to be paid first.
    case paymentRequired
}

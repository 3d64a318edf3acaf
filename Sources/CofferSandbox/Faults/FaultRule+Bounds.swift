// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension FaultRule {
    /// What `status` may be: `server_error` is a 5xx.
    private static let statuses = 500...599
    /// What `retry_after_seconds` may be: up to a hundred years, as clients must survive that.
    private static let retrySeconds = 0...3_155_760_000
    /// How many seconds a clock may be off, either way: a year.
    private static let skew = -31_536_000.0...31_536_000
    /// What `seconds` may be otherwise: up to a day.
    private static let lengths = 0.0...86_400

    /// What is wrong with a rule from outside, in a sentence; nothing if it can be played.
    var objection: String? {
        if let status, !Self.statuses.contains(status) { return "The status of a rule is 500 to 599." }
        if let seconds {
            let isSkew = fault == .clockSkew
            if !(isSkew ? Self.skew : Self.lengths).contains(seconds) {
                return isSkew
                    ? "The seconds of clock_skew are -31536000 to 31536000." : "The seconds of a rule are 0 to 86400."
            }
        }
        if let retryAfterSeconds, !Self.retrySeconds.contains(retryAfterSeconds) {
            return "The retry_after_seconds of a rule are 0 to 3155760000."
        }
        if let nth, nth < 1 { return "The nth of a rule counts from 1." }
        if let times, times < 0 { return "The times of a rule are 0 or more." }
        return nil
    }
}

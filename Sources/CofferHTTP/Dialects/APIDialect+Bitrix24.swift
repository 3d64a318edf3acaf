// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension APIDialect {
    /// Bitrix24 in its cloud, where a method may use 480 s of operating time in ten minutes.
    public static let bitrix24 = bitrix24(operatingLimit: .seconds(480))

    /// Bitrix24: the token in the body, errors by their names, and the time that each method uses.
    ///
    /// `QUERY_LIMIT_EXCEEDED` and `OVERLOAD_LIMIT` are both 503: the first is "too fast", the second a block by hand that
    /// must not be tried again (<https://github.com/bitrix24/b24restdocs>, `_includes/system-errors.md`). A method that
    /// has used up its time is left alone until `operating_reset_at`, and all others go on (`limits.md`). The token goes
    /// into the body's `auth`, as the vendor's own client has it; in the query it would be in logs.
    ///
    /// - Parameter operatingLimit: what a method may use; 480 s in the cloud, 420 s on premise where it is turned on.
    /// - Returns: the dialect.
    public static func bitrix24(operatingLimit: Duration) -> APIDialect {
        APIDialect(bodyField: "auth", operatingLimit: operatingLimit) { answer in
            let code = answer.decoded(Bitrix24Envelope.self)?.errorCode?.lowercased()
            return switch (answer.status, code) {
            case (_, "overload_limit"):
                .blocked("Bitrix24 has blocked this app for overload by hand; ask its support")
            case (_, "query_limit_exceeded"): .limited(retryAfter: answer.retryAfter)
            case (_, "operation_time_limit"): .exhausted
            case (_, "payment_required"), (403, "access_denied"): .paymentRequired
            case (_, "error_batch_length_exceeded"): .tooMuch
            case (401, nil), (401, "expired_token"), (401, "invalid_token"), (401, "no_auth_found"): .rejected
            // The app is not installed, the method waits for a person …: another token changes nothing.
            case (401, _): .answer
            default: judgeByStatus(answer)
            }
        }
    }
}

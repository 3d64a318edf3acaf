// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// Reads a request that a provider sent, with the tokens that may be in it, from standard input alone.
enum WebhookInput {
    /// Reads it whole.
    ///
    /// - Throws: ``CommandError`` `usage` where a person would have to type it, `input_empty`, `input_too_large`, `no_answer`;
    ///   `WebhookError` for what is no request.
    static func read(_ context: CommandContext) async throws -> WebhookRequest {
        guard !context.input.isTerminal else {
            throw CommandError(
                "usage", message: "the request is not on standard input",
                hint: "give it whole, as it came: coffer webhook check PATH < request.http")
        }
        let message = try await context.input.contents(limit: WebhookRequest.longestMessage)
        guard !message.isEmpty else { throw CommandError("input_empty", message: "standard input holds no request") }
        return try WebhookRequest(message: message)
    }
}

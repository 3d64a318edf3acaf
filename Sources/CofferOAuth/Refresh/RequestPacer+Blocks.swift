// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

// Blocks are heard of where refusals are, and known to this process alone: others learn of one by a request of their own.
extension RequestPacer {
    /// Refuses a request of an app of which another connection was told that it is blocked.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - isAboutToSend: whether the request is sent now if nothing stands in its way; false only to look.
    /// - Throws: `OAuthError` with code `cool_down`.
    func requireUnblocked(_ registration: ClientRegistration, isAboutToSend: Bool) throws {
        let (scope, now) = (HeardBlocks.Scope(registration), elapsed())
        guard let rest = isAboutToSend ? blocks.enter(scope, at: now) : blocks.rest(of: scope, at: now) else { return }
        let name = registration.provider.displayName
        throw OAuthError(
            .coolDown,
            "\(name) has blocked this app or this address, as another connection was told, so nothing was sent.",
            retryAfter: rest)
    }

    /// Takes what an answer says of blocks.
    ///
    /// A good answer ends one, also where its request was sent before: so one account whose block looks like everybody's
    /// stops a run only if nobody else is being answered. Where all are meant it costs a request for each that was on its
    /// way.
    func noteBlock(_ outcome: TokenOutcome, _ registration: ClientRegistration, account: String?) {
        let scope = HeardBlocks.Scope(registration)
        switch outcome {
        case .accepted, .refused: blocks.end(scope, by: account)
        case .unprocessed(let setback) where setback.kind == .blocked && setback.reachesOthers:
            blocks.begin(scope, by: account, retryAfter: setback.retryAfter, at: elapsed())
        default: break
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Configuration
import Foundation

/// What was known at one moment; what of it is over by the time it is read is not given.
struct CredentialConfigSnapshot: ConfigSnapshot {
    let providerName: String
    let paths: [[String]: CredentialPath]
    let known: [CredentialPath: KnownCredential]
    let now: @Sendable () -> Date

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        guard let path = paths[key.components], let known = known[path] else {
            return LookupResult(encodedKey: paths[key.components]?.description ?? key.description, value: nil)
        }
        guard let credential = known.credential, credential.expiresAt.map({ $0 > now() }) ?? true else {
            throw known.failure
                ?? CredentialError(
                    .expired, message: "it expired since it was fetched; fetch it, or watch it, instead of getting it",
                    path: path)
        }
        return LookupResult(encodedKey: path.description, value: try ConfigValue(credential, as: type))
    }
}

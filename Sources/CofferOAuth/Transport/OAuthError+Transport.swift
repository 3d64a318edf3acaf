// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension OAuthError {
    /// A request that changes nothing, and so may simply be made again.
    init(_ failure: TransportFailure) {
        let code: Code =
            switch failure.kind {
            case .certificate, .clientCertificate: .certificate
            case .refusedAddress: .refusedHost
            case .tooLarge, .malformed: .nonsense
            case .timedOut, .cancelled: .timedOut
            case .late: .rateLimited
            case .resolution, .connection, .handshake, .broken: .unreachable
            }
        self.init(code, failure.message)
    }
}

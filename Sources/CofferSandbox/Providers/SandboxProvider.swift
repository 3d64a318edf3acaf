// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The providers that the sandbox can be.
public enum SandboxProvider: String, Sendable, Codable, CaseIterable {
    /// amoCRM.
    case amocrm
    /// Bitrix24, cloud portals and the vendor's authorization server.
    case bitrix24
    /// Kommo, which is amoCRM under another name.
    case kommo
    /// A server that follows the RFCs to the letter and forgives nothing.
    case strict

    /// The rules of the provider.
    var emulation: any EmulatedProvider {
        switch self {
        case .amocrm: EmulatedAmoCRM(kind: .amocrm)
        case .bitrix24: EmulatedBitrix24()
        case .kommo: EmulatedAmoCRM(kind: .kommo)
        case .strict: EmulatedStrictServer()
        }
    }
}

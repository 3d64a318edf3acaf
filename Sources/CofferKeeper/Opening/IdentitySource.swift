// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Where an identity's text comes from.
package enum IdentitySource: Sendable, Equatable {
    /// A file, judged before it is read.
    case file(String)
    /// A file that the service manager has put there for this service alone.
    case credential(String)
    /// An open descriptor.
    case descriptor(Int32)
    /// A variable of the environment, overwritten once it was read.
    case environment(String)
    /// A program that prints it.
    case command(IdentityProgram)
    /// The vault itself, where it is sealed under a passphrase.
    case sealed(SealedIdentity)

    private static let limit = 4096

    /// Reads the identity.
    ///
    /// - Parameter log: Gets what a program that prints it says besides.
    /// - Returns: the identity.
    /// - Throws: ``VaultError/Code/invalidIdentity``, ``VaultError/Code/unsafePermissions``,
    ///   ``VaultError/Code/missing``; ``KeeperError/Code/identity`` for a program that fails.
    func read(_ log: KeeperLog = .silent) async throws -> IdentityText {
        if case .sealed(let sealed) = self { return try await sealed.read() }
        return try IdentityText(reading: await text(log))
    }

    private func text(_ log: KeeperLog) async throws -> Secret {
        switch self {
        case .file(let path): try Self.file(path)
        case .credential(let path): try CheckedFile.read(path, limit: Self.limit, isCredential: true)
        case .descriptor(let number):
            try CheckedFile.contents(of: number, named: "descriptor \(number)", limit: Self.limit)
        case .environment(let name): try Self.variable(name)
        case .command(let command): try await command.output(limit: Self.limit, log)
        case .sealed(let sealed): try await sealed.read().written()
        }
    }

    private static func file(_ path: String) throws -> Secret {
        guard AtomicFile.exists(path) else {
            throw VaultError(
                .missing,
                """
                there is no identity at \(path); coffer init makes one with a vault of its own, and coffer identity new \
                one to be let into somebody's
                """)
        }
        return try CheckedFile.read(path, limit: limit)
    }

    private static func variable(_ name: String) throws -> Secret {
        guard let value = getenv(name) else {
            throw VaultError(.missing, "the variable \(name) is not set")
        }
        let byteCount = strlen(value)
        let text = Secret(bytes: UnsafeRawBufferPointer(start: value, count: byteCount))
        // What ps and /proc show is this very memory: overwrite it in place.
        memset(value, 0x78, byteCount)
        unsetenv(name)
        return text
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CWipingAllocator
import CofferCredentials
import CofferKeeper
import CofferOAuth
import Foundation

/// A program that holds secrets the way `coffer` does and then sits idle, for `Tests/Memory/run` to search.
///
/// Each line of standard input is done and answered with a line: `get PATH [FIELD]`, `put PATH FILE`, `token PATH`,
/// `refresh PATH`. The keeper stays open until standard input ends.
@main
struct MemorySubject {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            FileHandle.standardError.write(Data("usage: MemorySubject VAULT IDENTITY\n".utf8))
            exit(64)
        }
        guard coffer_forbid_core_files() == 0 else { exit(70) }
        let environment = ProcessInfo.processInfo.environment
        // The measure before: COFFER_MEMORY_PLAIN=1 leaves the allocator as it is.
        if environment["COFFER_MEMORY_PLAIN"] == nil { _ = coffer_wipe_freed_memory() }
        let transport = NetworkTransport(userAgent: "coffer/memory")
        let location = VaultLocation(vaultPath: arguments[1], identity: .file(arguments[2]))
        let keeper = try await Keeper.open(location, effects: KeeperEffects(transport: transport))
        answer("open")
        while let line = readLine() {
            answer(try await run(line.split(separator: " ").map(String.init), keeper))
        }
        await keeper.landed()
        await transport.shutdown()
    }

    /// Does one thing; says how many bytes the secret had, so that it was really there.
    private static func run(_ words: [String], _ keeper: Keeper) async throws -> String {
        guard words.count >= 2 else { return "what?" }
        let path = try CredentialPath(words[1])
        switch words[0] {
        case "get": return size(try await keeper.get(path, field: words.count > 2 ? words[2] : nil))
        case "token": return size(try await keeper.token(path).credential.value)
        case "put":
            guard words.count > 2 else { return "what?" }
            let secret = try secret(in: words[2])
            _ = try await keeper.put(path, secret)
            return size(secret)
        case "refresh":
            let lines = try await keeper.refresh(.forced(path))
            return lines.map { "\($0.outcome)" }.joined(separator: " ")
        default: return "what?"
        }
    }

    /// Read as the program reads a descriptor: into memory that is wiped, and nowhere else.
    private static func secret(in file: String) throws -> Secret {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
        defer { close(descriptor) }
        return Secret(byteCount: 4096) { target in max(0, read(descriptor, target.baseAddress, target.count)) }
    }

    private static func size(_ secret: Secret) -> String { "\(secret.withExposedBytes { $0.count }) bytes" }

    private static func answer(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Testing

@Suite struct `The sandbox command's service` {
    private struct Stop: Error {}

    @Test func `sandbox.json is private, complete, and gone afterwards`() async throws {
        let folder = NSTemporaryDirectory() + "/coffer-sandbox-test-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var configuration = SandboxConfiguration()
        configuration.folder = folder
        await #expect(throws: Stop.self) {
            try await Sandbox.run(configuration: configuration) { sandbox in
                let path = folder + "/sandbox.json"
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                let file = try JSONDecoder().decode(SandboxFile.self, from: Data(contentsOf: URL(filePath: path)))
                #expect(file == SandboxFile(sandbox))
                #expect(file.baseURL == "https://amocrm.localhost:\(sandbox.port)")
                #expect(file.clientSecret == sandbox.integration.clientSecret)
                #expect(
                    file.accounts.map(\.host)
                        == ["acme", "birch", "cedar"].map { "\($0).amocrm.localhost:\(sandbox.port)" })
                throw Stop()
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferKeeper
import Testing

@Suite struct `The agent and those who ask it` {
    @Test(arguments: [
        ["HOME": "/h"], ["HOME": "/h", "XDG_STATE_HOME": "/s"], ["HOME": "/h", "XDG_STATE_HOME": "s"],
        ["HOME": "/h", "XDG_RUNTIME_DIR": "/r"], ["HOME": "/h", "XDG_RUNTIME_DIR": "r"],
        ["HOME": "/h", "XDG_RUNTIME_DIR": "", "COFFER_AGENT_SOCKET": ""],
        ["HOME": "/h", "XDG_RUNTIME_DIR": "/r", "COFFER_AGENT_SOCKET": "/a//b/./c"],
        ["HOME": "/h", "COFFER_AGENT_SOCKET": "a/b"],
    ])
    func `mean the same place`(_ environment: [String: String]) throws {
        #expect(try AgentPlace(environment: environment).path == VaultLocation.agentSocket(environment))
    }

    @Test func `have none where there is no folder for it`() {
        #expect(throws: (any Error).self) { try VaultLocation.agentSocket([:]) }
        #expect(throws: (any Error).self) { try AgentPlace(environment: [:]) }
    }
}

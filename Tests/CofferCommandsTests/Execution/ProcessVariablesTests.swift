// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper
import Testing

@testable import CofferCommands

@Suite struct `The process's variables` {
    private static func read(_ texts: [String]) -> [String: String] {
        CStrings(texts).withPointers { pointers in
            ProcessVariables.read(UnsafeMutablePointer(mutating: pointers), hiding: ChildEnvironment.ownKeys)
        }
    }

    @Test func `are read without an identity and a ticket, of which only is known that they are there`() throws {
        let found = Self.read([
            "A=1", "B=", "C=a=b", "A=2", "none", "COFFER_IDENTITY=made-up-identity",
            "COFFER_AGENT_TICKET=made-up-ticket",
            "COFFER_IDENTITY_FILE=/f",
        ])
        #expect(
            found == [
                "A": "1", "B": "", "C": "a=b", "COFFER_IDENTITY": ProcessVariables.placeholder,
                "COFFER_AGENT_TICKET": ProcessVariables.placeholder, "COFFER_IDENTITY_FILE": "/f",
            ])
        #expect(VaultLocation.namesIdentity(["COFFER_IDENTITY": ProcessVariables.placeholder]))
        #expect(AgentTicket.isNamed(found))
        let ticket = try AgentTicket.find(found) { Secret("read-\($0)") }
        #expect(ticket == Secret("read-COFFER_AGENT_TICKET"))
    }

    @Test func `that are empty stay absent`() throws {
        let found = Self.read(["COFFER_IDENTITY=", "COFFER_AGENT_TICKET="])
        #expect(found == ["COFFER_IDENTITY": "", "COFFER_AGENT_TICKET": ""])
        #expect(!VaultLocation.namesIdentity(found) && !AgentTicket.isNamed(found))
        #expect(Self.read([]).isEmpty && ProcessVariables.read(nil, hiding: []).isEmpty)
    }

    @Test func `are those that the process has`() {
        let all = ProcessVariables.all(hiding: ["PATH"])
        #expect(all["PATH"] == ProcessVariables.placeholder)
        #expect(ProcessVariables.secret("PATH")?.isEmpty == false && ProcessVariables.secret("COFFER_MADE_UP") == nil)
    }
}

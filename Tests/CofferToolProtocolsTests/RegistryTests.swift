// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferToolProtocols

@Suite("A registry's name")
struct RegistryPlaceTests {
    @Test(arguments: [
        ("registry.example:5000", "registry.example:5000"), ("https://Registry.example/v2/", "registry.example"),
        ("https://registry.example/v1/", "registry.example"), ("registry.example:443", "registry.example"),
        ("registry.example/team", "registry.example/team"), ("http://localhost:5000", "localhost:5000"),
        ("https://index.docker.io/v1/", "docker.io"), ("index.docker.io", "docker.io"), ("docker.io", "docker.io"),
        ("https://index.docker.io/v1/refresh-token", "index.docker.io/v1/refresh-token"),
    ])
    func `is one, however a client writes it`(name: String, text: String) throws {
        let place = try RegistryPlace(name)
        #expect(place.text == text)
        #expect(try RegistryPlace(place.text) == place)
        #expect(try RegistryPlace(place.listName) == place)
    }

    @Test(arguments: [
        "", "http://registry.example", "https://ada@registry.example", "registry.example\nelsewhere.example",
        "ftp://registry.example", "registry.example?a", "registry.example/../v2", "two words",
    ])
    func `is refused where it could be another`(name: String) {
        #expect(throws: ToolFailure.self) { try RegistryPlace(name) }
    }
}

@Suite("What a client of registries stores and gets")
struct RegistryCredentialTests {
    @Test func `is read and written as docker-credential-helpers do`() throws {
        let text = #"{"ServerURL":"https://registry.example","Username":"<token>","Secret":"made-up \"\u00fc"}"#
        let read = try RegistryCredential(reading: Secret(text))
        #expect(read.username == RegistryCredential.tokenName && read.address == "https://registry.example")
        #expect(read.secret == Secret("made-up \"\u{FC}"))
        #expect(
            try read.answer()
                == Secret(
                    #"{"Secret":"made-up \"ü","ServerURL":"https://registry.example","Username":"<token>"}"# + "\n"))
        #expect(RegistryCredential.list(["a.example": "ada"]) == Secret(#"{"a.example":"ada"}"# + "\n"))
    }

    @Test(arguments: [
        (#"{"Username":"ada","Secret":"made-up"}"#, "no credentials server URL"),
        (#"{"ServerURL":"","Username":"ada","Secret":"made-up"}"#, "no credentials server URL"),
        (#"{"ServerURL":"a.example","Secret":"made-up"}"#, "no credentials username"),
        (#"{"ServerURL":"a.example","Username":"ada"}"#, "no object with ServerURL"),
        ("made-up", "no object with ServerURL"), (String(repeating: "[", count: 513), "no object with ServerURL"),
    ])
    func `is refused in the words that clients know`(text: String, sentence: String) {
        #expect {
            try RegistryCredential(reading: Secret(text))
        } throws: { error in
            let message = (error as? ToolFailure)?.message
            return message?.contains(sentence) == true && message?.contains("made") == false
        }
    }

    @Test func `is no text for what is kept as other bytes`() {
        let bytes = Secret(bytes: [0xFF, 0x00])
        #expect(throws: ToolFailure.self) {
            try RegistryCredential(address: "a.example", username: "ada", secret: bytes).answer()
        }
    }

    @Test func `is asked for by an address, whatever stands around it`() throws {
        #expect(try RegistryCredential.address(reading: Secret(" a.example\r\n")) == "a.example")
        for text in ["", " \n", "a.example\nb.example", "a.example\u{0}", "é.example"] {
            #expect(throws: ToolFailure.self) { try RegistryCredential.address(reading: Secret(text)) }
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@Suite("CredentialPath") struct CredentialPathTests {
    @Test(arguments: [
        "main/amocrm", "main/amocrm/acme", "0/1", "a/b/c/d/e/f/g/h", "ci/npm-token", "a.b_c-d/9._-",
        String(repeating: "a", count: 64) + "/" + String(repeating: "9", count: 64),
    ])
    func `a path is its text`(text: String) throws {
        let path = try CredentialPath(text)
        #expect(path.description == text)
        #expect(path.segments.joined(separator: "/") == text)
    }

    @Test(arguments: [
        "", "/", "main", "main/", "/main", "main//acme", "a/b/c/d/e/f/g/h/i", "Main/acme", "main/..", "main/.hidden",
        "main/-x", "main/_x", "main/a b", "main/a\u{0}", "main/ä", "main/a\n", "main/\u{202E}a",
        "main/" + String(repeating: "a", count: 65),
    ])
    func `what is no path is refused, and not repeated`(text: String) throws {
        let error = try #require(throws: CredentialError.self) { try CredentialPath(text) }
        #expect(error.code == .invalidPath)
        #expect(error.path == nil)
    }

    @Test func `the message of a refusal holds nothing of the text`() throws {
        let error = try #require(throws: CredentialError.self) { try CredentialPath("main/TOP-SECRET-marker") }
        #expect(!error.description.contains("marker"))
    }

    @Test func `the space is the first segment`() throws {
        #expect(try CredentialPath("prod/amocrm/acme").space == "prod")
    }

    @Test func `the parent of a connection is its app, and an app has none`() throws {
        let connection = try CredentialPath("main/amocrm/acme")
        #expect(try connection.parent == CredentialPath("main/amocrm"))
        #expect(connection.parent?.parent == nil)
    }

    @Test func `paths are ordered by segments`() throws {
        let texts = ["main/a", "main/a/b", "main/a-b", "main/b"]
        let shuffled = try texts.reversed().map { try CredentialPath($0) }
        #expect(shuffled.sorted().map(\.description) == texts)
    }

    @Test func `a path is equal to any that says the same, however it came about`() throws {
        let path = try CredentialPath("main/amocrm/acme")
        let again = try CredentialPath("main/amocrm/acme")
        #expect(path == again && path.hashValue == again.hashValue)
        let app = try CredentialPath("main/amocrm")
        #expect(path.parent == app && Set([path, again, app]).count == 2)
        for text in ["main/amocrm/birch", "main/amocrm/acme/a", "main/amocrm"] {
            #expect(try path != CredentialPath(text))
        }
    }

    @Test func `a path is one string in JSON, and is checked when read`() throws {
        let path = try CredentialPath("main/amocrm/acme")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        #expect(String(decoding: try encoder.encode([path]), as: UTF8.self) == #"["main/amocrm/acme"]"#)
        #expect(try JSONDecoder().decode([CredentialPath].self, from: encoder.encode([path])) == [path])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CredentialPath].self, from: Data(#"["main/../etc"]"#.utf8))
        }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferToolProtocols

@Suite("git's credentials")
struct GitCredentialTests {
    private static func read(_ text: String) throws -> GitCredential { try GitCredential(reading: Secret(text)) }

    @Test func `are read up to the empty line, whatever else git says`() throws {
        let read = try Self.read(
            """
            capability[]=authtype
            capability[]=state
            protocol=https
            host=Git.Example.com:443
            path=team/repository.git
            username=ada
            password=made-up=with=signs
            password_expiry_utc=1893456000
            oauth_refresh_token=made-up-refresh
            wwwauth[]=Basic realm="x, y=z"
            a-key-of-tomorrow=1

            password=never-read

            """)
        #expect(read.place?.text == "https://git.example.com/team/repository.git")
        #expect(read.username == "ada")
        #expect(read.password == Secret("made-up=with=signs"))
        #expect(read.passwordExpiry == 1_893_456_000)
        #expect(read.refreshToken == Secret("made-up-refresh"))
        #expect(read.capabilities == ["authtype", "state"])
        #expect(!read.isEphemeral)
    }

    @Test(arguments: [
        "host=a\r\nprotocol=https\n", "host=good.example\rhost=bad.example\nprotocol=https\n", "host=a\0b\n",
        "nonsense\n",
        "=value\n",
    ])
    func `are refused where a line could be read in two ways`(text: String) {
        #expect { try Self.read(text) } throws: { ($0 as? ToolFailure)?.code == .invalid }
    }

    @Test func `have lines and a length that end`() throws {
        let longest = "wwwauth[]=" + String(repeating: "x", count: 65_534 - 10)
        #expect(try Self.read(longest + "\nhost=h\nprotocol=https\n").place?.host == "h")
        for text in [longest + "x\n", String(repeating: "a=b\n", count: 300_000)] {
            #expect { try Self.read(text) } throws: { ($0 as? ToolFailure)?.code == .tooLarge }
        }
    }

    @Test(arguments: ["protocol=https\n", "host=h\n", "protocol=https\nhost=\n", "protocol=ssh\nhost=h\n", ""])
    func `stand for no place without a host and HTTP`(text: String) throws {
        #expect(try Self.read(text).place == nil)
    }

    @Test(
        arguments: [("0", nil), ("-1", nil), ("x", nil), ("99999999999999999999", nil), ("7", 7)] as [(String, Int64?)])
    func `end at a second, or never`(text: String, expiry: Int64?) throws {
        #expect(try Self.read("password_expiry_utc=\(text)\n").passwordExpiry == expiry)
    }

    @Test(arguments: ["true", "1", "yes", "ON"])
    func `may be for now alone`(text: String) throws { #expect(try Self.read("ephemeral=\(text)\n").isEphemeral) }

    @Test func `an empty capability takes back those before it`() throws {
        #expect(try Self.read("capability[]=authtype\ncapability[]=\ncapability[]=state\n").capabilities == ["state"])
    }

    @Test func `are written as git reads them, and read the same again`() throws {
        var credential = GitCredential()
        #expect(try credential.lines().isEmpty)
        credential.username = "ada"
        credential.password = Secret("made-up-password")
        credential.passwordExpiry = 7
        credential.refreshToken = Secret("made-up-refresh")
        let lines = try credential.lines()
        #expect(
            lines
                == Secret(
                    "username=ada\npassword=made-up-password\npassword_expiry_utc=7\noauth_refresh_token=made-up-refresh\n"
                ))
        let again = try GitCredential(reading: lines)
        #expect(again.username == "ada" && again.password == credential.password && again.passwordExpiry == 7)
        let bearer = try credential.lines(presentedBy: "Bearer").withExposedText { $0 }
        #expect(bearer.hasPrefix("capability[]=authtype\nauthtype=Bearer\ncredential=made-up-password\nephemeral=1\n"))
        #expect(!bearer.contains("username"))
    }

    @Test(arguments: ["two\nlines", "a\rreturn", "a\0zero", String(repeating: "x", count: 65_600)])
    func `are not written where a line can't hold them, and nothing of them is told`(password: String) {
        var credential = GitCredential()
        credential.username = "ada"
        credential.password = Secret(password)
        #expect {
            try credential.lines()
        } throws: { error in
            let failure = error as? ToolFailure
            return failure?.code == .unusableSecret && failure?.message.contains("lines") == false
        }
        credential.password = Secret("made-up")
        credential.username = password
        #expect(throws: ToolFailure.self) { try credential.lines() }
    }
}

@Suite("What git stored")
struct KeptPasswordTests {
    @Test func `comes back whole, and is git's to replace`() throws {
        var credential = GitCredential()
        credential.username = "ada"
        credential.password = Secret("made-up-password")
        credential.refreshToken = Secret("made-up-refresh")
        let kept = try KeptPassword(try KeptPassword.text(of: credential))
        #expect(kept.isGits)
        #expect(kept.credential.username == "ada")
        #expect(kept.credential.password == credential.password)
        #expect(kept.credential.refreshToken == credential.refreshToken)
    }

    @Test(arguments: [
        ("made-up-token", "made-up-token"), ("made-up-token\n", "made-up-token"),
        ("made-up-token\r\n", "made-up-token"),
        ("password=made-up", "password=made-up"), ("made=up", "made=up"),
    ])
    func `is told from a token that somebody put there`(value: String, password: String) throws {
        let kept = try KeptPassword(Secret(value))
        #expect(!kept.isGits)
        #expect(kept.credential.password == Secret(password))
        #expect(kept.credential.username == nil)
    }

    @Test(arguments: ["-----BEGIN\nmade-up\n-----END\n", "username=ada\nno password\n", "a\0b"])
    func `is no password where it has several lines`(value: String) {
        #expect { try KeptPassword(Secret(value)) } throws: { ($0 as? ToolFailure)?.code == .unusableSecret }
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection
import Testing

/// What each writes is given to its own readers by Tests/Consumers; here is what it looks like, and what it refuses.
@Suite struct `A format` {
    @Test func `of a shell puts everything in single quotes`() throws {
        let text = try ShellFormat.text(of: values(["A": "it's $x `y` \\ \"z\"\n!", "B": ""]))
        #expect(text.text == "export A='it'\\''s $x `y` \\ \"z\"\n!'\nexport B=''\n")
    }

    @Test func `of fish has a backslash before two characters alone`() throws {
        let text = try FishFormat.text(of: values(["A": "it's \\ $x\n", "B": ""]))
        #expect(text.text == "set -gx A 'it\\'s \\\\ $x\n'\nset -gx B ''\n")
    }

    @Test func `of systemd has a backslash before four characters alone`() throws {
        let text = try SystemdFormat.text(of: values(["A": "\"\\`$'#\n", "B": " x "]))
        #expect(text.text == "A=\"\\\"\\\\\\`\\$'#\n\"\nB=\" x \"\n")
    }

    @Test func `of docker writes the value as it stands`() throws {
        let text = try DockerFormat.text(of: values(["A": " it's \"$x\" # =\r.", "B": "", "C": "\"", "D": "'x\""]))
        #expect(text.text == "A= it's \"$x\" # =\r.\nB=\nC=\"\nD='x\"\n")
    }

    @Test func `of GitLab writes the value as it stands`() throws {
        #expect(try GitLabFormat.text(of: values(["A": "'x'=#\\é", "B": ""])).text == "A='x'=#\\é\nB=\n")
    }

    @Test func `of env files has single quotes where it can and double quotes where it must`() throws {
        let text = try DotenvFormat.text(
            of: values(["A": "a\\n \"b\" $c #\n", "B": "it's\n#1", "C": "", "D": "{\"a\": \"\\u0041\"}"]))
        #expect(
            text.text == "A='a\\n \"b\" $c #\n'\nB=\"it's\n#1\"\nC=''\nD='{\"a\": \"\\u0041\"}'\n")
    }

    @Test func `of JSON is one object`() throws {
        let text = try JSONFormat.text(of: values(["A": "\"\\\n\t\u{1}\u{7F}/é😀", "B": ""]))
        #expect(text.text == "{\n  \"A\": \"\\\"\\\\\\n\\u0009\\u0001\\u007f/é😀\",\n  \"B\": \"\"\n}\n")
        #expect(try JSONFormat.text(of: []).text == "{\n}\n")
    }

    @Test func `of YAML is printable ASCII`() throws {
        let text = try YAMLFormat.text(of: values(["NO": "\"\\\n\t\u{85}é€😀\u{FEFF}", "B": "null"]))
        #expect(text.text == "\"NO\": \"\\\"\\\\\\n\\x09\\x85\\xe9\\u20ac\\U0001f600\\ufeff\"\n\"B\": \"null\"\n")
        #expect(text.bytes.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    }

    @Test(arguments: [
        ("dotenv", "\r"), ("dotenv", "made-up ${x}"), ("dotenv", "made-up'\""), ("dotenv", "made-up'\\"),
        ("dotenv", "made-up'$"), ("dotenv", "made-up'`"), ("dotenv", "made-up'!"), ("dotenv", "made-up\\"),
        ("dotenv", "made-up\\\\x"), ("docker", "made-up\nx"), ("docker", "made-up\r"), ("docker", "\"made-up\""),
        ("docker", "''"), ("gitlab", "made up"), ("gitlab", "made-up\n"), ("gitlab", "made-up\t"),
        ("gitlab", "made-up\u{7F}"), ("gitlab", "made-up$x"), ("gitlab", "made-up\u{A0}"),
        ("yaml", "\u{FEFF}made-up"),
    ])
    func `refuses what its readers would find another value in, and repeats nothing of it`(format: String, text: String)
        throws
    {
        let refusal = try #require(throws: FormatRefusal.self) {
            try Formats.text(format, [NamedValue("A", Secret(text))])
        }
        #expect(refusal.variable == "A" && refusal.format == format)
        #expect(refusal.message.hasPrefix("variable A can't be written as \(format): it "))
        #expect(!refusal.message.contains("made"))
    }

    @Test(arguments: Formats.names) func `refuses a zero byte`(format: String) throws {
        for bytes in [[0], [0x61, 0], [0, 0x61]] as [[UInt8]] {
            let refusal = try #require(throws: FormatRefusal.self) { try Formats.text(format, [value(bytes)]) }
            #expect(refusal.reason == "it holds a zero byte")
        }
    }

    @Test(arguments: Formats.names) func `refuses bytes that are no UTF-8, or keeps them`(format: String) throws {
        for bytes in [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]] {
            if ["shell", "fish"].contains(format) {
                #expect(try Formats.text(format, [value(bytes)]).bytes.split(separator: 0x27)[1] == bytes[...])
            } else {
                let refusal = try #require(throws: FormatRefusal.self) { try Formats.text(format, [value(bytes)]) }
                #expect(refusal.reason == "it is not UTF-8")
            }
        }
    }

    /// U+FDD0, U+FDEF, U+FFFF and U+10FFFE, which a literal can't hold.
    @Test(
        arguments: [[0xEF, 0xB7, 0x90], [0xEF, 0xB7, 0xAF], [0xEF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBE]] as [[UInt8]])
    func `of systemd refuses noncharacters`(bytes: [UInt8]) throws {
        let refusal = try #require(throws: FormatRefusal.self) { try Formats.text("systemd", [value(bytes)]) }
        #expect(refusal.reason.contains("noncharacter"))
        #expect(try Formats.text("json", [value(bytes)]).byteCount > bytes.count)
    }

    @Test(arguments: [
        ("shell", 130_049), ("fish", 130_049), ("systemd", 130_049), ("github", 130_049), ("docker", 65_533),
        ("gitlab", 5_118),
    ])
    func `has a longest value, and says so`(format: String, tooLong: Int) throws {
        func text(_ count: Int) throws -> Secret {
            try Formats.text(format, [value([UInt8](repeating: 0x61, count: count))])
        }
        #expect(throws: FormatRefusal.self) { try text(tooLong) }
        #expect(try text(tooLong - 1).byteCount >= tooLong)
    }

    @Test(arguments: ["dotenv", "json", "yaml"]) func `has no longest value`(format: String) throws {
        let text = try Formats.text(format, [value([UInt8](repeating: 0x61, count: 300_000))])
        #expect(text.byteCount > 300_000)
    }

    @Test(arguments: [
        ("shell", "UID"), ("shell", "OPTIND"), ("fish", "status"), ("fish", "version"), ("github", "GITHUB_TOKEN"),
        ("github", "runner_os"), ("github", "Node_Options"),
    ])
    func `refuses names that its reader keeps`(format: String, name: String) throws {
        #expect(throws: FormatRefusal.self) { try Formats.text(format, [NamedValue(name, Secret("x"))]) }
    }
}

/// The formats by their names.
enum Formats {
    static let names = ["dotenv", "json", "yaml", "shell", "fish", "docker", "systemd", "github", "gitlab"]

    static func text(_ name: String, _ variables: [NamedValue]) throws -> Secret {
        switch name {
        case "dotenv": try DotenvFormat.text(of: variables)
        case "json": try JSONFormat.text(of: variables)
        case "yaml": try YAMLFormat.text(of: variables)
        case "shell": try ShellFormat.text(of: variables)
        case "fish": try FishFormat.text(of: variables)
        case "docker": try DockerFormat.text(of: variables)
        case "systemd": try SystemdFormat.text(of: variables)
        case "gitlab": try GitLabFormat.text(of: variables)
        default: try GitHubFormat(variables, delimiter: { "END" }).environment(afterOpenLine: false)
        }
    }
}

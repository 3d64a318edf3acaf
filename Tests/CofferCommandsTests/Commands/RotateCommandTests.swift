// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `coffer rotate` {
    private static let oldSecret = String(repeating: "a", count: 64)
    private static let newSecret = String(repeating: "b", count: 64)

    private let world: CommandWorld

    init() async throws {
        world = try CommandWorld()
        _ = await world.run("init")
        let add = "app add main/crm --provider amocrm --client-id cid --redirect-uri https://client.example.com/cb"
        #expect(await world.run(add, typing: Self.oldSecret).status == .done)
    }

    @Test func `a dry run shows the plan and opens nothing`() async {
        let outcome = await world.run("rotate main/crm --leak --dry-run --json")
        #expect(outcome.status == .done)
        #expect(outcome.object["driver"] as? String == "operator")
        #expect(outcome.object["taint"] as? String == "serve")
        #expect((outcome.object["operator_steps"] as? [String])?.isEmpty == false)
        #expect(await world.run("rotate list --quiet").output.isEmpty)
    }

    @Test func `without a terminal it waits with 82, and standard input is left alone`() async {
        let outcome = await world.run("rotate main/crm --leak --json", typing: Self.newSecret)
        #expect(outcome.status == .awaitsOperator)
        #expect(outcome.object["state"] as? String == "awaiting_operator")
        #expect(await world.run("get main/crm#client_secret").output == Self.oldSecret)
        let list = await world.run("rotate list --open").output
        #expect(list.contains("awaiting operator") && list.contains("a new client_secret"))
    }

    @Test func `a second one is refused with 75 while one is open`() async {
        _ = await world.run("rotate main/crm --leak")
        let outcome = await world.run("rotate main/crm --leak --json")
        #expect(outcome.status == .tryLater)
        #expect((outcome.error["message"] as? String)?.contains("coffer rotate resume r-") == true)
    }

    @Test func `resumed with the new secret it closes with 83 where nothing can be proven`() async {
        _ = await world.run("rotate main/crm --leak")
        let outcome = await world.run("rotate resume --json", typing: Self.newSecret + "\n")
        #expect(outcome.status == .unproven)
        #expect(outcome.object["state"] as? String == "closed")
        #expect(await world.run("get main/crm#client_secret").output == Self.newSecret)
        let (shown, report) = (await world.run("rotate show"), await world.run("rotate report"))
        for text in [outcome.output + outcome.errors, shown.output, report.output] {
            #expect(!text.contains(Self.oldSecret))
            #expect(!text.contains(Self.newSecret))
        }
        #expect(shown.output.contains("closed"))
        #expect(report.output.contains("TIMELINE"))
    }

    @Test func `the report is printed in each form, and the same one by either name`() async throws {
        _ = await world.run("rotate main/crm --leak")
        let text = await world.run("rotate report")
        #expect(await world.run("rotate report --format text").output == text.output)
        let json = await world.run("rotate report --json")
        #expect(json.object["state"] as? String == "awaiting_operator")
        #expect(await world.run("rotate report --format json").output == json.output)
        #expect(await world.run("rotate report --format json --json").output == json.output)
        let page = await world.run("rotate report --format html")
        #expect(page.status == .done && page.errors.isEmpty)
        #expect(page.output.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(page.output.hasSuffix("</html>\n"))
        #expect(page.output.contains("waits for an operator") && !page.output.contains(Self.oldSecret))
    }

    @Test func `a report goes into a file that was not there`() async throws {
        _ = await world.run("rotate main/crm --leak")
        let page = await world.run("rotate report --format html")
        let path = "\(world.home)/report.html"
        let written = await world.run("rotate report --format html --output \(path)")
        #expect(written.status == .done && written.output.isEmpty)
        #expect(written.errors.contains("is in \(path)"))
        #expect(FileManager.default.contents(atPath: path) == Data(page.bytes))
        let again = await world.run("rotate report --format html --output \(path)")
        #expect(again.status != .done && again.errors.contains("--force"))
        #expect(await world.run("rotate report --output \(path) --force").status == .done)
        #expect(FileManager.default.contents(atPath: path)?.starts(with: Data("Rotation r-".utf8)) == true)
    }

    @Test(arguments: ["--format html --json", "--format pdf", "--force"])
    func `a report in two forms, in none, or over nothing is 64`(options: String) async {
        #expect(await world.run("rotate report \(options)").status == .usage)
    }

    @Test func `resumed with nothing it goes on waiting`() async {
        _ = await world.run("rotate main/crm --leak")
        #expect(await world.run("rotate resume").status == .awaitsOperator)
    }

    @Test func `a value that cannot be the secret is refused, and the rotation goes on waiting`() async {
        _ = await world.run("rotate main/crm --leak")
        let outcome = await world.run("rotate resume --json", typing: Self.oldSecret)
        #expect(outcome.status == .usage)
        #expect(outcome.error["code"] as? String == "unusable_secret")
        #expect(await world.run("rotate list --open --quiet").output.hasPrefix("r-"))
    }

    @Test func `planned, its dry run names no taint, and it waits for the new secret as after a leak`() async {
        let plan = await world.run("rotate main/crm --planned --dry-run --json")
        #expect(plan.status == .done)
        #expect(plan.object["mode"] as? String == "planned")
        #expect(plan.object["taint"] == nil)
        #expect(plan.object["overlaps"] as? Bool == false)
        #expect(await world.run("rotate main/crm --planned --dry-run").output.contains("tokens are handed out as ever"))
        let outcome = await world.run("rotate main/crm --planned --json")
        #expect(outcome.status == .awaitsOperator)
        #expect(outcome.object["taint"] == nil)
        #expect((outcome.object["awaits"] as? [String: Any])?["wants"] as? String == "secret")
    }

    @Test(arguments: [
        "main/crm --planned --leak", "main/crm --planned --hold", "main/crm --planned --access-token-leaked",
        "--planned --leaked -", "--planned", "--leak --force --connection main/crm/acme",
    ])
    func `planned takes none of the options for a leak, and force is for an app`(arguments: String) async {
        #expect(await world.run("rotate \(arguments)").status == .usage)
    }

    @Test func `one that is open is given up by force, and ends with 1 from then on`() async throws {
        _ = await world.run("rotate main/crm --planned")
        let first = await world.run("rotate list --open --quiet").output.filter { !$0.isWhitespace }
        #expect(await world.run("rotate main/crm --leak --dry-run --json").status == .tryLater)
        #expect(await world.run("rotate main/crm --leak --force --dry-run --json").status == .done)
        #expect(await world.run("rotate main/crm --leak --force --json").status == .awaitsOperator)
        #expect(await world.run("rotate list --open").output.contains(first) == false)
        #expect(await world.run("rotate list").output.contains("abandoned"))
        #expect(await world.run("rotate resume \(first)").status == .failed)
        let report = await world.run("rotate report \(first)").output
        #expect(report.contains("ABANDONED"))
        #expect(report.contains("given up for a rotation after a leak"))
    }

    @Test func `an unknown rotation is 66, and what is no id is 64`() async {
        #expect(await world.run("rotate resume r-0123456789abcdef").status == .notFound)
        #expect(await world.run("rotate resume 17").status == .usage)
        #expect(await world.run("rotate show").status == .notFound)
        #expect(await world.run("rotate main/none --leak").status == .notFound)
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A client_secret that a vendor's API replaces` {
    private static let credential = "main/idp-admin"
    private static let administrator = "sandbox-administrator"

    /// The command line that sets a vendor's API of the sandbox for the app.
    private static func setting(
        _ world: World, _ vendor: String, _ more: [String] = [], app: String = World.app
    ) -> [String] {
        let place = vendor == "keycloak" ? "/admin/realms/staff" : ""
        let url = "\(world.sandbox.baseURL)/administration/\(vendor)\(place)"
        return ["app", "driver", app, "--api", vendor, "--admin-url", url, "--credential", credential] + more
    }

    /// Runs a body in a world with an app and the administrator's token in the vault.
    private static func with(accounts: [String] = ["acme"], _ body: (World) async throws -> Void) async throws {
        try await World.with(.strict, accounts: accounts) { world in
            try await world.succeed("put", credential, input: .text(administrator + "\n"))
            try await body(world)
        }
    }

    private static func steps(_ end: Finished) -> [String] {
        (end.json["steps"] as? [[String: Any]] ?? []).compactMap { $0["step"] as? String }
    }

    private static func expectAllProven(_ end: Finished) {
        let proofs = end.json["proofs"] as? [[String: Any]] ?? []
        #expect(!proofs.isEmpty && proofs.allSatisfy { $0["result"] as? String == "proven" }, "\(end.text)")
    }

    @Test(arguments: ["auth0", "gitlab", "keycloak", "microsoft", "okta"])
    func `is contained without a person after a leak`(vendor: String) async throws {
        try await Self.with { world in
            let app = vendor == "auth0" ? "main/quick" : World.app
            if vendor == "auth0" {
                // The vendor's 30 s would pass for real.
                try await world.addDescribedApp(app, of: "quick", secretFacts: "{overlap: none, propagation: 100ms}")
                try await world.connect("acme", as: "\(app)/acme")
            }
            let view = try await world.succeed(Self.setting(world, vendor, ["--json"], app: app))
            #expect(view.json["driver"] as? String == vendor)
            #expect(view.json["credential"] as? String == Self.credential)
            let plan = try await world.succeed("rotate", app, "--leak", "--dry-run", "--json")
            #expect(plan.json["driver"] as? String == vendor && plan.json["taint"] as? String == "hold")
            let old = world.sandbox.integration.clientSecret
            let leaked = try await world.field("\(app)/acme#access_token")

            let end = try await world.program.run("rotate", app, "--leak", "--json")
            let new = world.sandbox.integration.clientSecret
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.json["state"] as? String == "closed", "\(end.text)")
            Self.expectAllProven(end)
            #expect(new != old)
            #expect(try await world.field("\(app)#client_secret") == new)
            let api = APIClient(world.sandbox)
            let fresh = try await world.field("\(app)/acme#access_token")
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(fresh)").status == 200)
            #expect(try await api.answer("/userinfo", headerLines: "Authorization: Bearer \(leaked)").status == 401)
            for secret in [old, new, Self.administrator] {
                #expect(!end.text.contains(secret) && !end.errors.contains(secret))
            }
            let carriers = world.sandbox.log.requests(carrying: Self.administrator)
            #expect(carriers.allSatisfy { $0.endpoint == .administration })
        }
    }

    @Test(arguments: ["microsoft", "okta"])
    func `is replaced as planned with both in force, and the old one goes last`(vendor: String) async throws {
        try await Self.with(accounts: ["acme", "birch"]) { world in
            try await world.succeed(Self.setting(world, vendor))
            let old = world.sandbox.integration.clientSecret
            let end = try await world.program.run("rotate", World.app, "--planned", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            Self.expectAllProven(end)
            let steps = Self.steps(end)
            #expect(!steps.contains("tainted") && !steps.contains("frozen"), "\(steps)")
            let removed = try #require(steps.firstIndex(of: "old_secret_removed"), "\(steps)")
            #expect(try #require(steps.lastIndex(of: "reissued")) < removed, "\(steps)")
            let new = world.sandbox.integration.clientSecret
            #expect(new != old)
            #expect(try await world.field("\(World.app)#client_secret") == new)
            try await world.succeed("refresh", "--force", "\(World.app)/birch")
        }
    }

    @Test(arguments: ["okta", "microsoft"])
    func `is replaced once although the answer was lost`(vendor: String) async throws {
        try await Self.with { world in
            try await world.succeed(Self.setting(world, vendor))
            let old = world.sandbox.integration.clientSecret
            world.sandbox.faults.set([FaultRule(.answerLost, at: .administration, nth: 2)])
            let lost = try await world.program.run("rotate", World.app, "--leak")
            #expect(lost.status == .exited(75), "\(lost.errors)")
            #expect(lost.errors.contains("has changed a client secret is not known"), "\(lost.errors)")
            #expect(lost.errors.contains("go on with: coffer rotate resume"), "\(lost.errors)")
            let made = world.sandbox.integration.clientSecret
            #expect(made != old)
            let end = try await world.program.run("rotate", "resume", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            Self.expectAllProven(end)
            let new = world.sandbox.integration.clientSecret
            // Microsoft Entra shows a secret once: the lost one is removed, and another made.
            #expect((new == made) == (vendor == "okta"))
            #expect(try await world.field("\(World.app)#client_secret") == new)
        }
    }

    @Test func `waits for a credential that is mended, or for a person who takes over`() async throws {
        try await Self.with { world in
            try await world.succeed(Self.setting(world, "keycloak"))
            try await world.succeed("put", Self.credential, input: .text("made-up-wrong-token"))
            let refused = try await world.program.run("rotate", World.app, "--leak")
            #expect(refused.status == .exited(78), "\(refused.errors)")
            #expect(
                refused.errors.contains("Keycloak refuses the credential \(Self.credential) (401"), "\(refused.errors)")
            #expect(!refused.errors.contains("made-up-wrong-token"))
            try await world.succeed("app", "driver", World.app, "--none")
            let absent = try await world.program.run("rotate", "resume")
            #expect(absent.status == .exited(78) && absent.errors.contains("--by-hand"), "\(absent.errors)")
            try await world.succeed(Self.setting(world, "keycloak"))
            try await world.succeed("put", Self.credential, input: .text(Self.administrator))
            let end = try await world.program.run("rotate", "resume", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
        }
    }

    @Test func `can't be set to what does not belong together, or be asked where a token is not safe`() async throws {
        try await Self.with(accounts: []) { world in
            let url = "https://id.example.com/admin/realms/staff"
            for (arguments, status, text) in [
                (["--api", "nobody", "--admin-url", url, "--credential", Self.credential], Int32(64), "auth0, gitlab"),
                (["--api", "keycloak", "--admin-url", url], 64, "go together"),
                (["--api", "keycloak", "--admin-url", url, "--credential", "main/none"], 66, "there is no entry"),
                (["--api", "keycloak", "--admin-url", url, "--credential", World.app], 64, "frozen"),
                (
                    ["--api", "keycloak", "--admin-url", "http://id.example.com", "--credential", Self.credential], 78,
                    "with loopback only"
                ),
                (
                    ["--api", "auth0", "--admin-url", url, "--credential", Self.credential, "--two-secrets"], 64,
                    "one client_secret at a time"
                ),
                (["--api", "okta", "--admin-url", url, "--credential", Self.credential, "--none"], 64, "exclude"),
                (["--two-secrets"], 64, "--two-secrets goes with"),
            ] {
                let end = try await world.program.run(["app", "driver", World.app] + arguments)
                #expect(end.status == .exited(status) && end.errors.contains(text), "\(arguments): \(end.errors)")
            }
            #expect(try await !world.succeed("app", "driver", World.app).text.contains("keycloak"))
        }
    }
}

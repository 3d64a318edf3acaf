// swift-tools-version: 6.2
// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// As in the package above, whose sources these are, with what fuzzing needs; see docs/decisions/0007-hostile-input.md.
///
/// Optimised, or ten million executions would take a day, but with the assertions of a debug build; and testable, so
/// that no parser becomes visible to anybody else for the fuzzer's sake.
let fuzzed: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .unsafeFlags(["-enable-testing", "-assert-config", "Debug"]),
]

let package = Package(
    name: "coffer-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CofferCredentials", swiftSettings: fuzzed),
        .target(name: "CofferCrypto", dependencies: ["CSodium"], swiftSettings: fuzzed),
        .target(name: "CofferVault", dependencies: ["CofferCredentials", "CofferCrypto"], swiftSettings: fuzzed),
        .target(
            name: "CofferOAuth", dependencies: ["CofferCredentials", "Crypto", "JWTKit", "NIOSSL"],
            exclude: [
                "Authorization/ByteCeiling.swift", "Authorization/LoopbackHandler.swift",
                "Authorization/LoopbackInbox.swift", "Authorization/LoopbackListener.swift",
                "Authorization/LoopbackPage.swift", "Keys/MessageSignature.swift", "Keys/WebhookSignature.swift",
                "Transport/CertificateName+Certificate.swift", "Transport/ClientPool.swift",
                "Transport/HostResolver.swift", "Transport/NetworkTransport.swift", "Transport/PinnedClient.swift",
                "Transport/SystemRoots.swift", "Transport/TransportFailure+Network.swift",
                "Transport/WriteWatch.swift",
                "Webhooks/MessageCode.swift", "Webhooks/MessageCode+Token.swift",
                "Webhooks/WebhookCheck.swift", "Webhooks/WebhookCheck+Token.swift",
            ],
            swiftSettings: fuzzed),
        .target(
            name: "CofferDescriptions", dependencies: ["CofferOAuth", .product(name: "Yams", package: "Yams")],
            swiftSettings: fuzzed),
        .target(name: "CofferRotation", dependencies: ["CofferCredentials"], swiftSettings: fuzzed),
        .target(name: "CofferToolProtocols", dependencies: ["CofferCredentials"], swiftSettings: fuzzed),
        .target(name: "CofferInjection", dependencies: ["CofferCredentials"], swiftSettings: fuzzed),
        .target(
            name: "CofferAgent", dependencies: ["CofferCredentials"],
            sources: ["Asking/PlainHead.swift", "Requests/RequestFault.swift", "Requests/RequestQuery.swift"],
            swiftSettings: fuzzed),
        .target(
            name: "CofferAgentClient", dependencies: ["CofferCredentials"],
            sources: ["AgentAnswer.swift", "AgentReply.swift", "Base64Text.swift"], swiftSettings: fuzzed),
        .target(
            name: "CofferDrivers", dependencies: ["CofferCredentials", "CofferOAuth", "CofferRotation"],
            sources: [
                "Command/ProgramAnswer.swift", "Command/ProgramFault.swift", "Command/ProgramRequest.swift",
                "Command/ProgramSubject.swift", "Command/ValueOrder.swift", "RemovalOrder.swift",
                "ReplacementOrder.swift",
            ],
            swiftSettings: fuzzed),
        .target(
            name: "CofferKeeper",
            dependencies: ["CofferCredentials", "CofferCrypto", "CofferOAuth", "CofferRotation", "CofferVault"],
            sources: [
                "Doctor/HTTPDate.swift", "Grants/SpilledRenewal.swift", "KeeperError.swift", "Leaks/Reports",
                "Provider/RejectionReport.swift",
                "Records",
            ],
            swiftSettings: fuzzed),
        .target(
            name: "CofferCommands", dependencies: ["ArgumentParser", "CofferCredentials"],
            sources: [
                "Arguments/DurationArgument.swift", "Arguments/EntryReference.swift", "Output/CommandError.swift",
                "Output/ExitStatus.swift", "Output/JSONText.swift", "Output/PrintableText.swift",
            ],
            swiftSettings: fuzzed),
        .target(name: "ArgumentParser", swiftSettings: fuzzed),
        .target(name: "Crypto", dependencies: ["CSodium"], swiftSettings: fuzzed),
        .target(name: "JWTKit", swiftSettings: fuzzed),
        .target(name: "NIOSSL", swiftSettings: fuzzed),
        .target(name: "CAllocations"),
        .executableTarget(
            name: "FuzzedParsers",
            dependencies: [
                "CAllocations", "CofferAgent", "CofferAgentClient", "CofferCommands", "CofferCredentials",
                "CofferCrypto", "CofferDescriptions", "CofferDrivers", "CofferInjection", "CofferKeeper",
                "CofferOAuth", "CofferRotation", "CofferToolProtocols", "CofferVault",
            ],
            swiftSettings: fuzzed + [.unsafeFlags(["-parse-as-library"])]),
    ]
)

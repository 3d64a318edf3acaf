// swift-tools-version: 6.2
// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// As in the package above, whose sources these are: in one package with them, a benchmark sees what they see.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

let package = Package(
    name: "coffer-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")
    ],
    targets: [
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CPlatform"),
        .target(name: "CSQLiteOptions", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CofferCredentials", swiftSettings: strict),
        .target(name: "CofferCrypto", dependencies: ["CSodium"], swiftSettings: strict),
        .target(name: "CofferVault", dependencies: ["CofferCredentials", "CofferCrypto"], swiftSettings: strict),
        .target(
            name: "CofferSQLite",
            dependencies: [
                "CPlatform", "CSQLiteOptions", "CofferCredentials", "CofferCrypto", "CofferVault",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CSQLiteOptions", "CSodium", "CofferCredentials", "CofferCrypto", "CofferSQLite", "CofferVault",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
    ]
)

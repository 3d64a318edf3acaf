// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// nginx, answering the same to everything on a Unix socket of its own.
struct NginxServer {
    /// How long its beginning is waited for.
    private static let patience = Duration.seconds(30)

    /// Where it serves.
    let socket: String
    private let process: Process

    /// Starts it.
    ///
    /// - Parameters:
    ///   - body: what it is to answer; no apostrophe, dollar or backslash is in it, and no more than 4,000 bytes.
    ///   - folder: where its socket and all else of it are to be.
    /// - Returns: it; nil where it is not installed.
    /// - Throws: ``BenchError/noValue`` if it does not begin.
    static func start(answering body: String, in folder: String) async throws -> NginxServer? {
        guard let file = ShortRun.file(named: "nginx") else { return nil }
        let configuration = folder + "/nginx.conf"
        try text(answering: body, in: folder).write(toFile: configuration, atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: file)
        process.arguments = ["-e", "stderr", "-p", folder, "-c", configuration]
        try process.run()
        let server = NginxServer(socket: socket(in: folder), process: process)
        let end = ContinuousClock.now + patience
        while (try? UnixRequest.get("/", at: server.socket))?.body != body {
            guard process.isRunning, ContinuousClock.now < end else {
                server.end()
                throw BenchError.noValue
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return server
    }

    /// Ends it.
    func end() {
        process.terminate()
        process.waitUntilExit()
    }

    private static func socket(in folder: String) -> String { folder + "/nginx.sock" }

    /// Its settings: nothing outside of the folder, nothing written for a request, and connections that last.
    private static func text(answering body: String, in folder: String) -> String {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/nginx-\($0);" }.joined(separator: "\n    ")
        return """
            daemon off;
            worker_processes auto;
            pid \(folder)/nginx.pid;
            error_log stderr error;
            events { worker_connections 1024; }
            http {
                access_log off;
                \(folders)
                keepalive_requests 100000000;
                server {
                    listen unix:\(socket(in: folder));
                    location / {
                        default_type application/json;
                        add_header Cache-Control no-store;
                        return 200 '\(body)';
                    }
                }
            }

            """
    }
}

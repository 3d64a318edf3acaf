// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import Tracing

@testable import CofferKeeper

/// Systems that keep all they are told, for one test.
struct Observation: Sendable {
    let metrics = TestMetrics()
    let tracer = InMemoryTracer()
    let handler: InMemoryLogHandler
    let log: KeeperLog

    init() {
        var handler = InMemoryLogHandler()
        handler.logLevel = .trace
        self.handler = handler
        log = KeeperLog(Logger(label: "coffer") { [handler] _ in handler })
    }

    /// Runs a body with them.
    func watching<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await withMetricsFactory(metrics) { try await withTracer(tracer) { try await body() } }
    }

    func count(_ label: String, _ dimensions: [(String, String)]) -> Int64 {
        metrics.counterTotal(label: label, dimensions: dimensions)
    }

    /// The attributes of a span as text.
    func attributes(_ span: FinishedInMemorySpan) -> [String: String] {
        var found: [String: String] = [:]
        let note = { (key: String, value: SpanAttribute) in
            if case .string(let text) = value { found[key] = text } else { found[key] = "\(value)" }
        }
        span.attributes.forEach(note)
        return found
    }

    /// Everything that was told, as text.
    var text: String {
        var text = ""
        for counter in metrics.counters { text += "\(counter.label) \(counter.dimensions) \(counter.values)\n" }
        for recorder in metrics.recorders { text += "\(recorder.label) \(recorder.dimensions)\n" }
        for timer in metrics.timers { text += "\(timer.label) \(timer.dimensions)\n" }
        for span in tracer.finishedSpans {
            text +=
                "\(span.operationName) \(attributes(span)) \(span.events) \(span.errors) \(String(describing: span.status))\n"
        }
        for entry in handler.entries { text += "\(entry.level) \(entry.message) \(entry.metadata)\n" }
        return text
    }
}

// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Testing

@testable import CofferAgent

@Suite struct `What the agent measures` {
    private static func lines(_ body: (inout MetricText) -> Void) -> [String] {
        var text = MetricText()
        body(&text)
        return text.text.split(separator: "\n").map(String.init)
    }

    @Test func `is written as Prometheus reads it`() {
        let lines = Self.lines { text in
            text.begin("coffer_x", .gauge, "One \\ two\nthree.")
            text.sample("coffer_x", [("name", "a\"b\\c\nd"), ("other", "é")], 1.5)
            text.sample("coffer_x", [], 1_700_000_000)
            for value in [Double.nan, .infinity, -.infinity, -3] { text.sample("coffer_x", [], value) }
        }
        #expect(
            lines == [
                #"# HELP coffer_x One \\ two\nthree."#, "# TYPE coffer_x gauge",
                #"coffer_x{name="a\"b\\c\nd",other="é"} 1.5"#, "coffer_x 1700000000", "coffer_x NaN", "coffer_x +Inf",
                "coffer_x -Inf", "coffer_x -3",
            ])
    }

    @Test func `is kept by name and labels, each kind in its own way`() {
        let registry = MetricsRegistry()
        for provider in ["b", "a", "a"] {
            registry.makeCounter(label: "coffer_c", dimensions: [("provider", provider)]).increment(by: 2)
        }
        registry.makeRecorder(label: "coffer_g", dimensions: [], aggregate: false).record(Int64(7))
        registry.makeRecorder(label: "coffer_g", dimensions: [], aggregate: false).record(3.5)
        registry.makeRecorder(label: "coffer_s", dimensions: [], aggregate: true).record(Int64(10))
        registry.makeTimer(label: "coffer_t", dimensions: []).recordNanoseconds(30_000_000)
        registry.makeTimer(label: "coffer_t", dimensions: []).recordNanoseconds(90_000_000_000)
        let lines = Self.lines { registry.write(to: &$0) }
        #expect(
            lines.filter { !$0.contains("_bucket") } == [
                "# TYPE coffer_c counter", #"coffer_c{provider="a"} 4"#, #"coffer_c{provider="b"} 2"#,
                "# TYPE coffer_g gauge", "coffer_g 3.5", "# TYPE coffer_s summary", "coffer_s_sum 10",
                "coffer_s_count 1", "# TYPE coffer_t histogram", "coffer_t_sum 90.03", "coffer_t_count 2",
            ])
        let buckets = lines.filter { $0.contains("_bucket") }
        #expect(buckets.count == MetricSeries.bounds.count + 1)
        #expect(buckets.contains(#"coffer_t_bucket{le="0.025"} 0"#))
        #expect(buckets.contains(#"coffer_t_bucket{le="0.05"} 1"#))
        #expect(buckets.contains(#"coffer_t_bucket{le="60"} 1"#) && buckets.last == #"coffer_t_bucket{le="+Inf"} 2"#)
    }

    @Test func `is nothing of other libraries, and no more than there is room for`() {
        let registry = MetricsRegistry()
        registry.makeCounter(label: "http_requests", dimensions: [("path", "made-up")]).increment(by: 1)
        // One name is of one kind.
        registry.makeCounter(label: "coffer_c", dimensions: []).increment(by: 1)
        registry.makeTimer(label: "coffer_c", dimensions: []).recordNanoseconds(1)
        for number in 0..<3_000 {
            registry.makeCounter(label: "coffer_many", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        let lines = Self.lines { registry.write(to: &$0) }
        #expect(!lines.contains { $0.contains("made-up") })
        #expect(lines.filter { $0.hasPrefix("coffer_c") } == ["coffer_c 1"])
        #expect(lines.count { $0.hasPrefix("coffer_many{") } == 1_999)
    }

    @Test func `of requests is what was asked and how it ended`() {
        let counts = RequestCounts()
        counts.count(.token, "ok")
        counts.count(.token, "ok")
        counts.count(.token, "locked")
        counts.count(nil, "no_such_endpoint")
        #expect(
            Self.lines { counts.write(to: &$0) }.dropFirst(2) == [
                #"coffer_agent_requests_total{operation="none",outcome="no_such_endpoint"} 1"#,
                #"coffer_agent_requests_total{operation="token",outcome="locked"} 1"#,
                #"coffer_agent_requests_total{operation="token",outcome="ok"} 2"#,
            ])
    }
}

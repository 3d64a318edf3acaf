// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension StyleSheet {
    /// The look of a report: from a telephone to paper, by day and by night.
    ///
    /// The letters are the machine's own. What a colour tells stands there in words as well.
    static let report = StyleSheet(
        """

        :root {
          --paper: #ffffff; --ink: #1c2127; --faint: #59636e; --line: #d3d9e0; --soft: #f4f6f8;
          --link: #0a58ca; --good: #17703a; --open: #8a5a00; --bad: #b3261e; --held: #7a8794; --work: #2f6fbf;
          --on: #ffffff;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #12161b; --ink: #e4e8ec; --faint: #9aa5b1; --line: #333c46; --soft: #1b2128;
            --link: #79b0ff; --good: #5fcf8b; --open: #e3b04b; --bad: #ff8a80; --held: #8592a0; --work: #6fa8f5;
            --on: #12161b;
          }
        }
        * { box-sizing: border-box; }
        html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
        body {
          margin: 0 auto; max-width: 74rem; padding: 1.25rem 1rem 3rem;
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
          overflow-wrap: anywhere;
        }
        code { font: 0.92em/1.4 ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.4rem; }
        h2 { font-size: 1.2rem; margin: 0 0 0.6rem; }
        h3 { font-size: 1rem; margin: 1rem 0 0.3rem; }
        p { margin: 0 0 0.5rem; }
        small, time { color: var(--faint); font-size: 0.9rem; }
        time, .after { white-space: nowrap; font-variant-numeric: tabular-nums; }
        a { color: var(--link); }
        section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: 1.25rem; }
        #open { border: 1px solid var(--line); border-radius: 0.5rem; background: var(--soft); padding: 1rem; }
        .drill {
          border: 3px dashed var(--open); border-radius: 0.5rem; padding: 1rem 1rem 0.5rem; margin-bottom: 1.25rem;
        }
        .drill .figure { color: var(--open); }
        footer { margin-top: 2rem; color: var(--faint); font-size: 0.9rem; }
        ul, ol { margin: 0 0 0.5rem; padding-left: 1.4rem; }
        .items li { margin-bottom: 0.3rem; }
        summary { cursor: pointer; }

        .badge { font-weight: 600; }
        .standing { font-size: 1.1rem; }
        .good { color: var(--good); }
        .open { color: var(--open); }
        .bad { color: var(--bad); }
        .figure { font-size: 2rem; line-height: 1.2; font-weight: 600; margin-bottom: 0.3rem; }

        dl { display: grid; gap: 0.5rem 1.5rem; margin: 1rem 0 0; }
        .facts { grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
        .tallies { grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); }
        dt { color: var(--faint); font-size: 0.9rem; }
        dd { margin: 0; }
        dd time { color: inherit; font-size: inherit; }
        .tallies dd { font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }

        figure { margin: 0.5rem 0.75rem 1rem; }
        svg { display: block; overflow: visible; font: 0.85rem system-ui, "DejaVu Sans", sans-serif; }
        svg text { fill: var(--ink); }
        svg .scale { fill: var(--faint); font-size: 0.75rem; }
        svg .axis { stroke: var(--ink); stroke-width: 2; }
        svg .tick, svg .leader { stroke: var(--faint); }
        svg .ground { stroke: var(--line); }
        svg .ball, svg .point { fill: var(--ink); stroke: var(--paper); }
        svg .number { fill: var(--on); font-weight: 600; }
        svg .bar { fill: var(--held); stroke: var(--held); }
        svg .danger .bar { fill: var(--bad); stroke: var(--bad); }
        svg .work .bar { fill: var(--work); stroke: var(--work); }
        svg .bar.open { fill-opacity: 0.25; stroke-dasharray: 4 3; }
        svg .opened .ball, svg .opened .point { fill: var(--bad); }
        svg .old_secret_dead .ball, svg .old_secret_dead .point { fill: var(--good); }
        .legend {
          display: grid; gap: 0.5rem 1.25rem; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr));
          list-style: none; margin: 0; padding: 0;
        }
        .legend li { display: grid; grid-template-columns: 1.9rem 1fr; align-items: baseline; align-content: start; }
        .legend .number {
          grid-row: span 2; width: 1.4rem; height: 1.4rem; border-radius: 50%; background: var(--ink);
          color: var(--on); font-size: 0.8rem; font-weight: 600; line-height: 1.4rem; text-align: center;
        }
        .legend .number.opened { background: var(--bad); }
        .legend .number.old_secret_dead { background: var(--good); }
        .legend .missing .number { background: none; color: var(--faint); }
        .legend span:last-child { grid-column: 2; color: var(--faint); }

        table { border-collapse: collapse; width: 100%; table-layout: fixed; }
        caption { text-align: left; color: var(--faint); font-size: 0.9rem; padding-bottom: 0.4rem; }
        th, td { border-top: 1px solid var(--line); padding: 0.45rem 0.9rem 0.45rem 0; text-align: left; vertical-align: top; }
        thead th { border-top: 0; color: var(--faint); font-size: 0.9rem; }
        tbody th { font-weight: 600; }
        td p { margin: 0 0 0.2rem; }
        .connections thead th:nth-child(1) { width: 24%; }
        .connections thead th:nth-child(2) { width: 16%; }
        .connections thead th:nth-child(3) { width: 17%; }
        .proofs thead th:nth-child(1) { width: 28%; }
        .proofs thead th:nth-child(2) { width: 18%; }
        .proofs thead th:nth-child(3) { width: 12%; }
        .people thead th:nth-child(1) { width: 24%; }
        .people thead th:nth-child(3) { width: 24%; }
        .steps thead th:nth-child(1) { width: 17%; }
        .steps thead th:nth-child(2) { width: 22%; }
        .steps thead th:nth-child(3) { width: 18%; }

        @media screen and (max-width: 44rem) {
          table, caption, tbody, tr, tbody th, td { display: block; }
          tbody th, td { width: auto; border: 0; padding: 0 0 0.15rem; }
          tbody tr { border-top: 1px solid var(--line); padding: 0.6rem 0; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .legend { grid-template-columns: 1fr; }
        }
        @media print {
          @page { margin: 15mm; }
          body { max-width: none; padding: 0; font-size: 10pt; }
          section { margin-top: 1rem; padding-top: 0.8rem; }
          h2, h3, caption { break-after: avoid; }
          tr, li, figure, .instructions { break-inside: avoid; }
          .legend li .number.number { background: none; color: inherit; border: 1px solid; }
          summary { display: none; }
          details::details-content { content-visibility: visible; }
        }

        """)
}

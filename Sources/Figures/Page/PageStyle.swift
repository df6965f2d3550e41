/// The style sheet of a page: light or dark as the reader's system is, for screens from 400 px and for paper; all text at least 4.5:1 on its
/// ground.
enum PageStyle {
    /// Free of "<" and "&", so that the page is well-formed XML too.
    static let css = light + script + dark + narrow + paper

    private static let light = """
        :root { color-scheme: light dark; --ground: #ffffff; --raised: #f6f6f6; --text: #1a1a1a; --quiet: #4d4d4d; --link: #00568a;
          --rule: #dcdcdc; --faint: #ececec; --strong: #8c8c8c;
          --mark: #c4006b; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 24px 16px 48px; max-width: 1400px; background: var(--ground); color: var(--text);
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          overflow-wrap: anywhere; }
        h1 { margin: 0 0 4px; font-size: 1.7rem; line-height: 1.2; font-weight: 650; }
        h2 { margin: 2.6rem 0 0.6rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); font-size: 1.25rem;
          line-height: 1.3; font-weight: 650; }
        h3 { margin: 1.6rem 0 0.4rem; font-size: 1.02rem; font-weight: 650; }
        p, ul, ol { margin: 0.5rem 0; max-width: 75ch; }
        header p, figcaption, footer, .data { color: var(--quiet); }
        a { color: var(--link); }
        nav { margin: 1.2rem 0 0; padding: 10px 16px; background: var(--raised); border-radius: 6px; font-size: 0.94rem; }
        nav ol { margin: 0; padding-left: 1.6em; columns: 2 260px; column-gap: 32px; max-width: none; }
        .note { padding: 8px 14px; border-left: 3px solid var(--strong); background: var(--raised); }
        figure { margin: 1.2rem 0 1.8rem; min-width: 0; }
        figcaption { margin-top: 6px; max-width: 75ch; font-size: 0.9rem; line-height: 1.45; }
        .data { margin: 2px 0; font-size: 0.9rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); gap: 8px 24px; }
        .figures figure { margin: 0.6rem 0; }
        .pictures { display: flex; flex-wrap: wrap; gap: 8px; max-width: none; padding: 0; list-style: none; }
        .pictures li { width: 112px; padding: 4px; border: 2px solid var(--faint); border-radius: 4px; font-size: 0.78rem; line-height: 1.3; }
        .pictures .marked { border-color: var(--link); }
        .pictures img { display: block; width: 100%; height: 96px; object-fit: contain; background: #ffffff; }
        .pictures p { margin: 4px 0 0; }
        .pictures span { color: var(--quiet); }
        .scroll { overflow-x: auto; max-width: 100%; }
        .scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        svg { display: block; height: auto; }
        details { margin: 4px 0; font-size: 0.9rem; }
        summary { cursor: pointer; color: var(--link); width: fit-content; }
        details .scroll:not(:has(> svg)) { max-height: 420px; overflow-y: auto; }
        table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.4; font-variant-numeric: tabular-nums;
          overflow-wrap: normal; }
        caption { padding: 4px 0; text-align: left; color: var(--quiet); }
        th, td { padding: 3px 12px 3px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
        thead th { border-bottom: 1px solid var(--strong); font-weight: 600; vertical-align: bottom; }
        tbody th { min-width: 8em; font-weight: 400; }
        .number { text-align: right; white-space: nowrap; }
        thead .number { max-width: 9em; white-space: normal; }
        footer { margin-top: 3rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); font-size: 0.85rem; }

        """

    /// What the page's script adds and marks. What it leaves aside is on paper all the same.
    private static let script = """
        .tip { position: fixed; z-index: 3; max-width: min(360px, calc(100vw - 12px)); padding: 7px 11px; pointer-events: none;
          background: var(--raised); color: var(--text); border: 1px solid var(--strong); border-radius: 6px;
          box-shadow: 0 3px 12px rgb(0 0 0 / 0.22); font-size: 0.82rem; line-height: 1.4; contain: layout style; }
        .tip b { display: block; font-weight: 600; }
        .tip dl { display: grid; grid-template-columns: auto auto; gap: 0 14px; margin: 3px 0 0; justify-content: start; }
        .tip dt { color: var(--quiet); }
        .tip dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
        .voice { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        svg:focus { outline: none; }
        svg.clickable, .subject { cursor: pointer; }
        svg:focus-visible, .subject:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible { outline: 2px solid var(--link);
          outline-offset: 2px; }
        .scroll > svg:focus-visible { outline-offset: -2px; }
        .frame { position: fixed; z-index: 1; border: 2px solid var(--mark); border-radius: 2px; pointer-events: none; contain: strict; }
        .outlines { fill: none; stroke: var(--mark); stroke-width: 2px; stroke-linejoin: round; pointer-events: none; }
        .outlines .around { stroke: var(--ground); stroke-width: 4.5px; }
        tr.marked > *, th.marked { background: var(--raised); color: var(--mark); }
        th.marked { box-shadow: inset 0 -3px 0 var(--mark); }
        .sort { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; }
        .sort::after { content: "\\2195"; margin-left: 3px; color: var(--strong); opacity: 0.7; font-weight: 400; }
        [aria-sort="ascending"] .sort::after { content: "\\2191"; color: var(--link); opacity: 1; }
        [aria-sort="descending"] .sort::after { content: "\\2193"; color: var(--link); opacity: 1; }
        .filters { display: flex; gap: 10px; align-items: center; margin: 6px 0 2px; }
        .filter, .bar select, .bar button { padding: 3px 7px; background: var(--ground); color: var(--text);
          border: 1px solid var(--strong); border-radius: 5px; font: inherit; font-size: 0.86rem; }
        .filter { width: 15em; max-width: 100%; }
        .count { color: var(--quiet); font-size: 0.86rem; }
        .bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 6px; align-items: center;
          margin: 14px 0 0; padding: 7px 0; background: var(--ground); border-bottom: 1px solid var(--rule); }
        .bar select { max-width: 15em; text-overflow: ellipsis; }
        .bar:not(.chosen) button { visibility: hidden; }
        .bar ~ main section, .bar ~ main figure { scroll-margin-top: 52px; }
        .bar ~ main .subject { scroll-margin-top: 96px; }
        .empty { max-width: 75ch; }
        @media screen { .aside, .foreign, .out { display: none; } }
        @media print { .tip, .bar, .filters, .frame, .outlines, .sort::after { display: none; } }
        @media (max-width: 480px) { .bar { gap: 4px; padding: 5px 0; }
          .bar select { flex: 1 1 30%; min-width: 0; } .bar .count { display: none; } }

        """

    /// The greys that drawings share, and the one colour of the palette that is black, by what they are on white; colours of data and the
    /// numbers within them stay.
    private static var dark: String {
        let ground = Ink.background.hex
        let texts = [(Ink.text, "#e8e8e8"), (Ink.secondaryText, "#b9b9b9")]
        let lines = [
            (Ink.text, "#e8e8e8"), (Ink.axis, "#a6a6a6"), (Ink.outline, "#c4c4c4"), (Ink.hatching, "#7d8188"),
            (Ink.frame, "#4b4f57"),
            (Ink.grid, "#31343a"), (Colour.black, "#e0e0e0"),
        ]
        var rules = [
            "svg > :not(text)[fill=\"\(ground)\"] { fill: var(--ground); }",
            "svg text[stroke=\"\(ground)\"] { stroke: var(--ground); }",
        ]
        rules += texts.map { "svg text[fill=\"\($0.hex)\"] { fill: \($1); }" }
        rules += lines.map { "svg :not(text)[stroke=\"\($0.hex)\"] { stroke: \($1); }" }
        rules += [(Hatching.ground, "#24272c"), (Colour.black, "#e0e0e0"), (Ink.outline, "#c4c4c4")]
            .map { "svg :not(text)[fill=\"\($0.hex)\"] { fill: \($1); }" }
        return """
            @media screen and (prefers-color-scheme: dark) {
              :root { --ground: #16181c; --raised: #1f2227; --text: #e8e8e8; --quiet: #b9b9b9; --link: #7cc0f0; --rule: #3a3d43;
                --faint: #2b2e34; --strong: #7d8188; --mark: #ff7ab8; }
            \(rules.map { "  " + $0 }.joined(separator: "\n"))
            }

            """
    }

    private static let narrow = """
        @media (max-width: 480px) { body { padding: 16px 12px 40px; font-size: 15px; } }

        """

    /// Two large drawings on a page of paper, or two rows of smaller ones beside one another with what is said below them.
    private static let paper = """
        @media print {
          @page { margin: 13mm; }
          :root { color-scheme: light; font-size: 9.5pt; }
          body { padding: 0; max-width: none; font-size: 1rem; }
          nav { display: none; }
          figure, .note { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          details:not([open]), .data { display: none; }
          .scroll { overflow: visible; }
          details .scroll:not(:has(> svg)) { max-height: none; }
          .figures { grid-template-columns: 1fr 1fr; gap: 4px 14px; }
          .figures figure:only-child { grid-column: 1 / -1; }
          .figures figure { margin: 0.2rem 0; }
          svg { min-width: 0 !important; max-width: 100% !important; max-height: 112mm; }
          .figures figure:not(:only-child) svg { max-height: 88mm; }
          table { font-size: 7.5pt; }
          thead { display: table-header-group; }
          tr { break-inside: avoid; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}

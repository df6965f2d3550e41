/// The style sheet of a page: light, for screens from 400 px and for paper; all text at least 4.5:1 on its ground.
enum PageStyle {
    /// Free of "<" and "&", so that the page is well-formed XML too.
    static let css = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 24px 16px 48px; max-width: 1120px; background: #ffffff; color: #1a1a1a;
          font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          overflow-wrap: anywhere; }
        h1 { margin: 0 0 4px; font-size: 1.7rem; line-height: 1.2; font-weight: 650; }
        h2 { margin: 2.6rem 0 0.6rem; padding-top: 0.8rem; border-top: 1px solid #dcdcdc; font-size: 1.25rem;
          line-height: 1.3; font-weight: 650; }
        h3 { margin: 1.6rem 0 0.4rem; font-size: 1.02rem; font-weight: 650; }
        p, ul, ol { margin: 0.5rem 0; max-width: 75ch; }
        header p, figcaption, footer, .data { color: #4d4d4d; }
        a { color: #00568a; }
        nav { margin: 1.2rem 0 0; padding: 10px 16px; background: #f6f6f6; border-radius: 6px; font-size: 0.94rem; }
        nav ol { margin: 0; padding-left: 1.6em; columns: 2 260px; column-gap: 32px; max-width: none; }
        .note { padding: 8px 14px; border-left: 3px solid #8c8c8c; background: #f6f6f6; }
        figure { margin: 1.2rem 0 1.8rem; min-width: 0; }
        figcaption { margin-top: 6px; max-width: 75ch; font-size: 0.9rem; line-height: 1.45; }
        .data { margin: 2px 0; font-size: 0.9rem; }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 8px 24px; }
        .figures figure { margin: 0.6rem 0; }
        .scroll { overflow-x: auto; max-width: 100%; }
        .scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid #00568a; outline-offset: 2px; }
        svg { display: block; height: auto; }
        details { margin: 4px 0; font-size: 0.9rem; }
        summary { cursor: pointer; color: #00568a; width: fit-content; }
        details .scroll { max-height: 420px; overflow-y: auto; }
        table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.4; font-variant-numeric: tabular-nums;
          overflow-wrap: normal; }
        caption { padding: 4px 0; text-align: left; color: #4d4d4d; }
        th, td { padding: 3px 12px 3px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ececec; }
        thead th { border-bottom: 1px solid #8c8c8c; font-weight: 600; vertical-align: bottom; }
        tbody th { min-width: 8em; font-weight: 400; }
        .number { text-align: right; white-space: nowrap; }
        thead .number { max-width: 9em; white-space: normal; }
        footer { margin-top: 3rem; padding-top: 0.8rem; border-top: 1px solid #dcdcdc; font-size: 0.85rem; }
        @media (max-width: 480px) { body { padding: 16px 12px 40px; font-size: 15px; } }
        @media print {
          @page { margin: 15mm; }
          body { padding: 0; max-width: none; font-size: 10.5pt; }
          nav { display: none; }
          figure, .note { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          details:not([open]) { display: none; }
          .scroll { overflow: visible; }
          details .scroll { max-height: none; }
          svg { min-width: 0 !important; max-width: 100% !important; max-height: 240mm; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}
